/** How the clinic is set up: what it works with in the end, what is written down, and whose it is to change. */

import { session } from '@/session'
import { get, patch } from './call'

export type Language = 'es' | 'en' | 'pt'

export interface OnCallStep {
  way: 'pagerduty' | 'webhook' | 'call' | 'sms' | 'inbox'
  after_minutes: number
  to: string
  conversation: number | null
}

/** Of definition, environment and defaults; a secret that is set stands as `***`. */
export interface Settings {
  languages: Language[]
  chatwoot: {
    base_url: string
    account_id: number | null
    api_key: string | null
    webhook_secrets: string[]
    team_id: number | null
  }
  inbox: {
    burst_seconds: number
    burst_limit_seconds: number
    outside_window_template: string
    reminder_template: string
  }
  model: { name: string; fallback: string; temperature: number; api_key: string | null }
  agents: Partial<
    Record<string, { enabled: boolean; model: string | null; temperature: number | null }>
  >
  emergency: {
    number: string
    clinic_phone: string
    self_harm_phone: string
    label: string
    team_id: number | null
    texts: Record<string, string>
    agents_go_on: string[]
  }
  on_call: {
    steps: OnCallStep[]
    repeat_minutes: number
    give_up_hours: number
    urgent_too: boolean
    assignment_counts: boolean
    pagerduty_routing_key: string | null
    webhook_url: string
    twilio_account: string
    twilio_token: string | null
    twilio_from: string
  }
  budget: { daily: string | null; monthly: string | null }
  limits: {
    messages_per_minute: number
    patient_messages: number
    patient_window_seconds: number
    requests_per_minute: number
  }
  media: {
    voice: boolean
    images: boolean
    spoken_answers: 'mirror' | 'always' | 'never'
    max_audio_minutes: number
    max_image_megabytes: number
  }
  retention_days: number
  visits_retention_days: number
  privacy_notice: Partial<Record<Language, string>>
}

export interface InForce {
  settings: Settings
  /** Null: everything. */
  changeable: string[] | null
}

/** A clinic as it is written down; `tag` names that state. */
export interface Definition {
  tag: string
  active: boolean
  written_at: string | null
  written_by: string
  definition: Record<string, unknown>
}

export interface Written extends Definition {
  /** By field: allowed, and most likely a slip. */
  warnings: Record<string, string>
  served: boolean
  reason: string
}

export const inForce = (signal?: AbortSignal): Promise<InForce> =>
  get('/companies/{company_id}/in-force', signal ? { signal } : {})

export const definition = (signal?: AbortSignal): Promise<Definition> =>
  get('/companies/{company_id}/definition', signal ? { signal } : {})

/** Change what is named; a null takes a value back to its default. */
export const change = (fields: Record<string, unknown>, tag: string): Promise<Written> =>
  patch('/companies/{company_id}', { body: fields, ifMatch: `"${tag}"` })

/** Say whether who is signed in may change a setting, such as `emergency` or `on_call.steps`. */
export function mayChange(told: InForce, field: string): boolean {
  const [whole] = field.split('.')
  const own = told.changeable
  return (
    session.writes &&
    (own === null || own.includes(field) || (whole !== undefined && own.includes(whole)))
  )
}

/** What of a clinic is set on its cards: one line for each field, in the order in which it stands there. */

import type { Language, Settings } from '@/api/settings'

export interface Setting {
  /** Where it stands in the definition; its texts are named alike, with `_` for the dots. */
  field: string
  kind: 'text' | 'area' | 'number' | 'switch' | 'choice' | 'many'
  /** Of a number; of a text the most characters. */
  least?: number
  most?: number
  step?: number
  /** What may be chosen; each has a text. */
  choices?: readonly string[]
  /** It cannot be left empty: its default is another country's, or nobody's. */
  needed?: boolean
  /** Of a text that is written for each language of the clinic. */
  language?: Language
}

export type Card = 'emergency' | 'paging' | 'manners' | 'media' | 'privacy' | 'limits'
export type Value = string | number | boolean | string[] | null

const text = (field: string, most = 200): Setting => ({ field, kind: 'text', most })
const number = (field: string, least: number, most: number, step = 1): Setting => ({
  field,
  kind: 'number',
  least,
  most,
  step,
})
const onOff = (field: string): Setting => ({ field, kind: 'switch' })

const CARDS: Record<Exclude<Card, 'privacy'>, Setting[]> = {
  emergency: [
    { ...text('emergency.number', 40), needed: true },
    text('emergency.clinic_phone', 40),
    text('emergency.self_harm_phone', 40),
    text('emergency.label', 100),
    number('emergency.team_id', 1, 2_000_000_000),
    {
      field: 'emergency.agents_go_on',
      kind: 'many',
      choices: ['toothache', 'infection', 'burn'],
    },
  ],
  paging: [
    number('on_call.repeat_minutes', 1, 120),
    number('on_call.give_up_hours', 1, 72),
    onOff('on_call.urgent_too'),
    onOff('on_call.assignment_counts'),
  ],
  manners: [
    number('inbox.burst_seconds', 0, 10, 0.5),
    number('inbox.burst_limit_seconds', 0, 60, 0.5),
    text('inbox.outside_window_template'),
    text('inbox.reminder_template'),
  ],
  media: [
    onOff('media.voice'),
    onOff('media.images'),
    {
      field: 'media.spoken_answers',
      kind: 'choice',
      choices: ['never', 'mirror', 'always'],
    },
    number('media.max_audio_minutes', 1, 60),
    number('media.max_image_megabytes', 1, 25),
  ],
  limits: [
    number('budget.daily', 0, 1_000_000, 0.01),
    number('budget.monthly', 0, 1_000_000, 0.01),
    number('limits.messages_per_minute', 1, 100_000),
    number('limits.patient_messages', 5, 1_000),
    number('limits.patient_window_seconds', 60, 3_600),
    number('limits.requests_per_minute', 1, 100_000),
  ],
}

/** A card's fields; a notice is written for each language of the clinic. */
export function fieldsOf(card: Card, settings: Settings): Setting[] {
  if (card !== 'privacy') return CARDS[card]
  return [
    ...settings.languages.map((language): Setting => ({
      field: `privacy_notice.${language}`,
      kind: 'area',
      most: 1000,
      language,
    })),
    number('retention_days', 1, 3650),
    number('visits_retention_days', 0, 3650),
  ]
}

/** What stands at a dotted field; an empty text where nothing does. */
export function valueAt(settings: Settings, field: string): Value {
  let found: unknown = settings
  for (const part of field.split('.')) {
    found = (found as Record<string, unknown> | undefined)?.[part]
  }
  if (Array.isArray(found)) return found.map(String)
  return typeof found === 'number' || typeof found === 'boolean' ? found : ((found ?? '') as string)
}

/** Of dotted fields the change that is sent: what was emptied goes back to its default. */
export function changeOf(values: Record<string, Value>): Record<string, unknown> {
  const change: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(values)) {
    const [whole = '', part] = field.split('.')
    const sent = value === '' ? null : value
    if (part === undefined) change[whole] = sent
    else change[whole] = { ...(change[whole] as object | undefined), [part]: sent }
  }
  return change
}

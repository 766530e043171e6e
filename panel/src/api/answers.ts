/** What the server answers, for what more than one page shows. What one page shows alone stands beside it. */

export interface ConversationRow {
  user_id: string
  name: string | null
  channel: string | null
  /** Where a person answers; null for what was tried out. */
  chatwoot_url: string | null
  last_message: string
  last_role: string
  last_updated: string
  message_count: number
  emergency: { group: string; level: string; since: string } | null
  waiting: { why: 'emergency' | 'handoff' | 'wrote_again'; since: string } | null
}

export interface ConversationPage {
  total: number
  /** How many wait for a person, on whatever page. */
  waiting: number
  page: number
  limit: number
  conversations: ConversationRow[]
}

export interface Appointment {
  appointment_id: string
  treatment_id: string
  treatment: string
  staff: string
  staff_id: string
  start: string
  end: string
  status: 'booked' | 'cancelled' | 'no_show'
  slot_id: string
  user_id: string
  patient: { name: string; phone: string; notes: string }
  confirmed: boolean
  created_at: string
}

export interface AppointmentPage {
  total: number
  page: number
  limit: number
  appointments: Appointment[]
}

export interface CompanyHealth {
  status: 'healthy' | 'degraded' | 'unhealthy'
  redis_healthy: boolean
  vectorstore_healthy: boolean
  vectorstore: { status: string; documents?: number; embedded?: number; chunks?: number }
  documents_indexed: number
  /** Its name, or `guided` where no model speaks. */
  model: string
  budget: 'full' | 'cheaper' | 'spent' | 'unlimited' | 'unknown'
  /** `ok`, `not configured`, or what is wrong. */
  chatwoot: string
}

export interface BudgetLimit {
  spent_usd: string
  limit_usd: string | null
  /** Spent of the limit, 0 to 1 and more; null without a limit. */
  share: number | null
}

export interface Usage {
  budget: { daily: BudgetLimit; monthly: BudgetLimit; step: 'full' | 'cheaper' | 'spent' }
  cost_usd: string
}

export interface Day {
  day: string
  /** Null: of that day nothing is known. */
  messages: number | null
  turns: number | null
  replies: number | null
  handoffs: number | null
  emergencies: number | null
  bookings: number | null
  unanswered: number | null
  response_p50_ms: number | null
  response_p95_ms: number | null
  cost_usd: string | null
}

export interface Metrics {
  from: string
  to: string
  time_zone: string
  counted_since: string | null
  days: Day[]
}

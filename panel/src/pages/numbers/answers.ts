/** What the server answers of a span of days: what was done, and what it cost. */

import type { Day, Usage } from '@/api/answers'

interface Times {
  p50_ms: number | null
  p95_ms: number | null
  measured: number
}

export interface SpanMetrics {
  from: string
  to: string
  /** Nothing was counted before; null when nothing ever was. */
  counted_since: string | null
  metrics: {
    patients: number
    messages: number
    messages_to_people: number
    replies: number
    agent_usage: Record<string, number>
    models: Record<string, number>
    response_time: Times
    handoffs: { total: number; urgent: number }
    emergencies: {
      total: number
      acknowledged: number
      time_to_acknowledgement: Times
    }
    appointments: { booked: number; moved: number; cancelled: number; confirmed: number }
    questions: { searched: number; unanswered: number; unanswered_share: number | null }
  }
  days: Day[]
}

export interface SpanUsage extends Usage {
  cost_usd_by_agent: Record<string, string>
  cost_usd_by_model: Record<string, string>
  tokens: { tokens_in: number; tokens_out: number; tokens_cached: number }
  calls: number
  failures_by_model: Record<string, number>
  media: Record<string, number>
}

/** What the server answers of connections, alarms and work that stands still. */

export interface Page {
  page_id: string
  user_id: string | null
  group: string
  level: 'emergency' | 'urgent'
  test: boolean
  state: string
  opened_at: string
  answered_by: string | null
  results: { at: string; way: string; result: string; detail: string | null }[]
}

export interface Finding {
  what: string
  state: 'ok' | 'note' | 'wrong'
  says: string
  todo: string
}

export interface Diagnosis {
  timestamp: string
  findings: Finding[]
}

export interface ParkedTurn {
  id: string
  company_id: string
  user_id: string
  stage: string
  reason: string
  attempts: number
  messages: number
  since: string
}

export interface Queue {
  waiting: number
  running: number
  parked: number
  parked_work: ParkedTurn[]
}

export interface Step {
  step: string
  state: 'done' | 'already' | 'skipped' | 'failed'
  detail: string
}

export interface Onboarded {
  done: boolean
  steps: Step[]
}

export interface Described {
  account_id: number | null
  /** For administrators only: who knows it may send events. */
  webhook_url?: string
}

export interface Rotated {
  webhook_url: string
  old_valid_until: string | null
}

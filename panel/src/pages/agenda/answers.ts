/** What the server answers about the agenda, and how a treatment is told of. */

import type { Appointment } from '@/api/answers'

export interface Span {
  start: string
  end: string
}

export interface AgendaDay {
  day: string
  spans: Span[]
  closed: '' | 'closed' | 'holiday'
  reason: string
  /** By id, when each of them works. */
  staff: Record<string, Span[]>
}

export interface AgendaDays {
  days: AgendaDay[]
}

export interface Member {
  id: string
  name: string
  role: string
}

export interface Bookable {
  id: string
  name: string
  category: string
  duration_minutes: number
  price: string | null
  price_from: boolean
  preparation: string
  /** Empty: everybody does it. */
  staff: string[]
}

export interface AgendaConfig {
  integration_type: 'local' | 'google' | 'http'
  staff: Member[]
  treatments: Bookable[]
}

export interface Slot {
  slot_id: string
  start: string
  end: string
  staff_id: string
  staff: string
}

export interface FreeSlots {
  slots: Slot[]
}

export interface Taken {
  next_slots: Slot[]
}

export interface Feed {
  staff_id: string
  staff: string
  url: string | null
}

/** An appointment with what only the agenda needs of it. */
export interface Visit extends Appointment {
  /** The patient wrote before and can be written to. */
  reachable: boolean
}

export interface VisitPage {
  total: number
  appointments: Visit[]
}

/** How the agenda may be looked at, and what is shown then. */

import type { Span, Visit } from './answers'

export const VIEWS = ['day', 'week', 'list'] as const
export type View = (typeof VIEWS)[number]

export const isView = (text: unknown): text is View => VIEWS.some((one) => one === text)

export interface Column {
  key: string
  day: string
  /** Of a column that is one person's. */
  staffId: string
  title: string
  /** Why nobody is there, or what is special. */
  note: string
  spans: Span[]
  visits: Visit[]
  /** Minutes since midnight, where it is today. */
  now: number | null
}

export interface Listed {
  day: string
  title: string
  note: string
  visits: Visit[]
}

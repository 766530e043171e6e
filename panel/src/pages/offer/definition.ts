/** A clinic's definition as far as its offer goes: what is not known here stays as it is. */

import { money, number } from '@/words/formats'
import { words } from '@/words/words'

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof WEEKDAYS)[number]

export interface Span {
  start: string
  end: string
}

export type Week = Partial<Record<Weekday, Span[]>>

export interface SpecialDay {
  day: string
  spans?: Span[]
  reason?: string
}

export interface Hours {
  week?: Week
  special_days?: SpecialDay[]
  closed_on_holidays?: boolean
}

export interface Treatment {
  id: string
  name: string
  aliases?: string[]
  category?: string
  description?: string
  duration_minutes?: number
  duration_hours?: number | undefined
  buffer_after_minutes?: number
  price?: number | string | null
  price_from?: boolean
  price_note?: string
  preparation?: string
  aftercare?: string
  deposit_note?: string
  staff?: string[]
  resources?: string[]
  bookable?: boolean
  minimum_gap_days?: number
  comes_after?: string[]
}

export interface Member {
  id: string
  name: string
  role?: string
  hours?: Hours | null
}

export interface Resource {
  id: string
  name: string
}

export interface Definition {
  company_name: string
  address?: string
  phone?: string
  website?: string
  how_to_get_there?: string
  payment_methods?: string[]
  hours?: Hours
  treatments?: Treatment[]
  staff?: Member[]
  resources?: Resource[]
}

export interface Kept {
  tag: string
  definition: Definition
}

export interface Written extends Kept {
  /** By field: what is allowed and most likely a slip. */
  warnings: Record<string, string>
  served: boolean
  reason: string
}

export const minutesOf = (one: Treatment): number =>
  one.duration_minutes ?? (one.duration_hours ?? 0) * 60

/** `desde $ 450.000`, `$ 90.000`, or that it is told after looking at the patient. */
export function priceInWords(one: Treatment): string {
  const { t } = words.global
  if (one.price === null || one.price === undefined) return t('offer.valued')
  const amount = money(Number(one.price))
  return one.price_from ? t('offer.priceFrom', { amount }) : amount
}

export const lengthInWords = (minutes: number): string =>
  words.global.t('offer.minutes', { minutes: number(minutes) })

/** Return an id made of a name that no other has: `valoracion`, `valoracion-2`. */
export function newId(name: string, taken: { id: string }[]): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
  const stem = plain.trim().replaceAll(' ', '-').slice(0, 34).replace(/-+$/, '') || 'nuevo'
  const ids = new Set(taken.map((one) => one.id))
  let id = stem
  for (let count = 2; ids.has(id); count += 1) id = `${stem}-${count}`
  return id
}

/** Return a list with one of them changed, or one more at its end. */
export function withOne<T extends { id: string }>(all: T[] | undefined, one: T): T[] {
  const list = all ?? []
  return list.some((other) => other.id === one.id)
    ? list.map((other) => (other.id === one.id ? { ...other, ...one } : other))
    : [...list, one]
}

/** Words that stand apart by commas or lines. */
export const listOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((one) => one.trim())
      .filter(Boolean),
  ),
]

/** Return a patch that makes a week: a day that is not in it is closed. */
export const weekPatch = (week: Week): Record<Weekday, Span[] | null> =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, week[day]?.length ? week[day] : null])) as Record<
    Weekday,
    Span[] | null
  >

export const weekCopy = (week: Week | undefined): Week =>
  Object.fromEntries(
    Object.entries(week ?? {}).map(([day, spans]) => [
      day,
      spans.map(({ start, end }) => ({ start: start.slice(0, 5), end: end.slice(0, 5) })),
    ]),
  )

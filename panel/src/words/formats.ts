/** Dates, times, money and numbers as people of the company write them, in the company's time zone. */

import { language } from './words'
import { session } from '@/session'

type Moment = string | number | Date

/** Such as `es-CO`: the language that was chosen, as the company's country writes it. */
function locale(): string {
  const country = session.company?.country
  return country ? `${language()}-${country}` : language()
}

function zone(): string {
  return session.company?.time_zone ?? 'UTC'
}

function dated(moment: Moment, how: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone(), ...how }).format(new Date(moment))
}

/** `martes, 24 de noviembre`. */
export const dayInWords = (moment: Moment): string =>
  dated(moment, { weekday: 'long', day: 'numeric', month: 'long' })

/** `24 nov 2026`. */
export const shortDate = (moment: Moment): string => dated(moment, { dateStyle: 'medium' })

/** `3:30 p. m.`. */
export const timeOfDay = (moment: Moment): string => dated(moment, { timeStyle: 'short' })

/** `3 p. m.`, of 15. */
export const hourOfDay = (hour: number): string =>
  dated(Date.UTC(2026, 0, 1, hour), { hour: 'numeric', timeZone: 'UTC' })

/** `24 nov 2026, 3:30 p. m.`. */
export const dateAndTime = (moment: Moment): string =>
  dated(moment, { dateStyle: 'medium', timeStyle: 'short' })

/** `2026-11-24`, the day that it is at the company. */
export function dayOf(moment: Moment): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone() }).format(new Date(moment))
}

/** A day of the calendar (`2026-11-24`) in words: it is the same day in every time zone. */
export const calendarDay = (day: string, how: Intl.DateTimeFormatOptions): string =>
  dated(`${day}T12:00:00Z`, { ...how, timeZone: 'UTC' })

/** The hour that it is at the company, 0 to 23. */
export function hourOf(moment: Moment): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone(),
    hour: 'numeric',
    hourCycle: 'h23',
  })
  return Number(parts.format(new Date(moment)))
}

/** The minutes since midnight at the company. */
export function minutesOfDay(moment: Moment): number {
  const minute = new Intl.DateTimeFormat('en', { timeZone: zone(), minute: 'numeric' })
  return hourOf(moment) * 60 + Number(minute.format(new Date(moment)))
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `hace 5 minutos`. */
export function ago(moment: Moment, now: number = Date.now()): string {
  const seconds = (new Date(moment).getTime() - now) / 1000
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  }
  return words.format(0, 'second')
}

/** `$ 450.000`: the company's own money unless another currency is named. */
export function money(amount: number, currency = session.company?.currency ?? 'USD'): string {
  return new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount)
}

/** `US$ 1,25`: what models cost is counted in dollars. */
export function dollars(amount: number): string {
  return new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: Math.abs(amount) < 1 && amount !== 0 ? 4 : 2,
  }).format(amount)
}

export const number = (value: number, most = 0): string =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: most }).format(value)

/** `87 %` of 0.87. */
export const percent = (share: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent' }).format(share)

/** `1,4 s`, `850 ms`, `3 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return unit(Math.round(milliseconds), 'millisecond')
  if (milliseconds < 60_000) return unit(milliseconds / 1000, 'second', 1)
  if (milliseconds < 3_600_000) return unit(milliseconds / 60_000, 'minute')
  return unit(milliseconds / 3_600_000, 'hour', 1)
}

/** `45 min`, `2 h 10 min`, `3 días`: a wait of people, in whole minutes. */
export function span(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 60) return unit(minutes, 'minute')
  if (minutes >= 48 * 60) return unit(Math.floor(minutes / 1440), 'day', 0, 'long')
  const hours = unit(Math.floor(minutes / 60), 'hour')
  return minutes % 60 === 0 ? hours : `${hours} ${unit(minutes % 60, 'minute')}`
}

function unit(
  value: number,
  name: string,
  most = 0,
  unitDisplay: 'short' | 'long' = 'short',
): string {
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: name,
    unitDisplay,
    maximumFractionDigits: most,
  }).format(value)
}

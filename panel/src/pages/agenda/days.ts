/** Days of the calendar as `2026-11-24`, which no time zone moves, and the minutes of a day. */

const DAY = 86_400_000

const noon = (day: string): Date => new Date(`${day}T12:00:00Z`)

export const plusDays = (day: string, count: number): string =>
  new Date(noon(day).getTime() + count * DAY).toISOString().slice(0, 10)

export const mondayOf = (day: string): string => plusDays(day, -((noon(day).getUTCDay() + 6) % 7))

export const isDay = (text: unknown): text is string =>
  typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(noon(text).getTime())

/** The server writes moments in the company's time: their day and hour stand in them. */
export const dayIn = (moment: string): string => moment.slice(0, 10)

export const minutesIn = (moment: string): number => minutesOf(moment.slice(11, 16))

/** `08:30` as 510. */
export const minutesOf = (time: string): number =>
  Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

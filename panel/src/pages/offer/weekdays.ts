import { plusDays } from '@/pages/agenda/days'
import { calendarDay } from '@/words/formats'
import { WEEKDAYS, type Weekday } from './definition'

const A_MONDAY = '2026-01-05'

/** A weekday's name in the language of the panel. */
export const weekdayName = (day: Weekday): string =>
  calendarDay(plusDays(A_MONDAY, WEEKDAYS.indexOf(day)), { weekday: 'long' })

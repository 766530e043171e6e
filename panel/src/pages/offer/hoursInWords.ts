import { words } from '@/words/words'
import type { Span } from './definition'

/** `08:00 – 12:30, 13:30 – 18:30`, or that it is closed. */
export const spansInWords = (spans: Span[]): string =>
  spans.length
    ? spans
        .map(({ start, end }) => `${start.slice(0, 5)}\u00a0–\u00a0${end.slice(0, 5)}`)
        .join(', ')
    : words.global.t('offer.closed')

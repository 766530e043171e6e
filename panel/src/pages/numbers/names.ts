/** Parts of a whole, and what those that the server counts are called. */

import { words } from '@/words/words'

export interface Part {
  name: string
  value: number
  told: string
}

/** An agent in words; a model has the name that its provider gave it. */
export function named(name: string): string {
  const key = `numbers.names.${name}`
  return words.global.te(key, 'es') ? words.global.t(key) : name
}

/** What is wrong with fields, said in the language of the panel where it is known. */

import { words } from '@/words/words'

const KNOWN: [RegExp, string][] = [
  [/must be (a|an?) (whole )?number|valid (number|decimal)/i, 'number'],
  [/greater than or equal|at least|less than or equal/i, 'range'],
  [/must be a time|`end` must be later|spans of one day must not overlap/i, 'span'],
  [/must be a date/i, 'date'],
  [/is missing|at least 1 character|must not be empty/i, 'missing'],
  [/last longer than nothing/i, 'duration'],
  [/administrator only/i, 'administrator'],
]

export function inWords(told: string): string {
  const name = KNOWN.find(([sign]) => sign.test(told))?.[1]
  return name ? words.global.t(`offer.faults.${name}`) : told
}

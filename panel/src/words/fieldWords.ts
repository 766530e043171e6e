/** What is wrong with one field, of the server's words for operators in words for a front desk. */

import { words } from './words'

const KNOWN: readonly [RegExp, string][] = [
  [/^is missing$|^must not be empty$|at least 1 character$/, 'missing'],
  [/whole number/, 'whole'],
  [/must be a number/, 'number'],
  [/a time like/, 'time'],
  [/a date like/, 'date'],
  [/greater than or equal to (-?[\d.]+)/, 'atLeast'],
  [/greater than (-?[\d.]+)/, 'moreThan'],
  [/less than or equal to (-?[\d.]+)/, 'atMost'],
  [/less than (-?[\d.]+)/, 'lessThan'],
  [/at least (\d+) characters/, 'shortest'],
  [/at most (\d+) characters/, 'longest'],
  [/characters; (\d+) are taken/, 'longest'],
  [/needs a phone like (\S+)/, 'phone'],
  [/`end` must be later/, 'order'],
  [/must not overlap/, 'overlap'],
  [/^is taken$/, 'taken'],
  [/^is reserved$/, 'reserved'],
  [/is no IANA time zone/, 'zone'],
  [/^must match \[/, 'id'],
  [/match pattern/, 'pattern'],
]

/** Return our words where there are some, else what was said. */
export function fieldWords(said: string): string {
  for (const [form, name] of KNOWN) {
    const found = form.exec(said)
    if (found) return words.global.t(`faults.fields.${name}`, { value: found[1] ?? '' })
  }
  return said
}

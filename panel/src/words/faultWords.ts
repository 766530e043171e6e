/** What went wrong, in words that a person at a front desk can do something with. */

import { words } from './words'
import { ApiFault, ConnectionFault } from '@/api/faults'

/** By the error's own name where there is a text, else by its status, else in general. */
export function faultWords(error: unknown): string {
  if (error instanceof ConnectionFault) return words.global.t('faults.connection')
  if (!(error instanceof ApiFault)) return words.global.t('faults.unexpected')
  if (error.retryAfter !== null && error.status === 429) {
    return words.global.t('faults.wait', { seconds: error.retryAfter })
  }
  for (const name of [error.kind, `status_${error.status}`]) {
    if (words.global.te(`faults.${name}`) || words.global.te(`faults.${name}`, 'es'))
      return words.global.t(`faults.${name}`)
  }
  return words.global.t('faults.unexpected')
}

/** The server's own words, where they say more than ours: which field, which limit. */
export function faultDetail(error: unknown): string {
  if (!(error instanceof ApiFault) || error.status >= 500 || error.status === 429) return ''
  return error.message
}

/** Reads a clinic's definition and changes parts of it: never over what somebody else wrote meanwhile. */

import { ref, type InjectionKey, type Ref } from 'vue'
import { useAsked, type Asked } from '@/api/asked'
import { get, patch } from '@/api/call'
import { tellDone } from '@/pieces/toasts'
import { words } from '@/words/words'
import type { Definition, Kept, Written } from './definition'

export interface Offer {
  asked: Asked<Kept>
  /** What the last change led to, where that is worth a look. */
  written: Ref<Written | null>
  save: (change: (definition: Definition) => Record<string, unknown>) => Promise<void>
}

export const OFFER: InjectionKey<Offer> = Symbol('offer')

export function useOffer(): Offer {
  const asked = useAsked((signal): Promise<Kept> =>
    get('/companies/{company_id}/definition', { signal }),
  )
  const written = ref<Written | null>(null)

  /** Send what shall be different; the change is made from what is known now. */
  async function save(change: (definition: Definition) => Record<string, unknown>): Promise<void> {
    const known = asked.data.value
    if (known === undefined) return
    const answer: Written = await patch('/companies/{company_id}', {
      body: change(known.definition),
      ifMatch: `"${known.tag}"`,
    })
    asked.data.value = answer
    written.value = answer
    if (answer.served) tellDone(words.global.t('offer.served'))
  }

  return { asked, written, save }
}

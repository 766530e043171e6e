/** Who needs a person now, asked again and again on whatever page one is: an emergency is seen from everywhere. */

import { computed, onScopeDispose, reactive, watch, type ComputedRef } from 'vue'
import type { ConversationPage, ConversationRow } from './api/answers'
import { useAsked, type Asked } from './api/asked'
import { get } from './api/call'
import { session } from './session'

export interface Needing {
  asked: Asked<ConversationRow[]>
  /** How many wait; of them those in danger. */
  count: ComputedRef<number>
  urgent: ComputedRef<number>
}

const OFTEN = 20_000 // milliseconds
const LATEST = 100 // conversations that are looked through for an open emergency

/** What the title of every page begins with. */
export const waiting = reactive({ count: 0 })

export function useNeeding(): Needing {
  const asked = useAsked(needingOnes, { every: OFTEN })
  const count = computed(() => asked.data.value?.length ?? 0)
  watch(count, (now) => (waiting.count = now), { immediate: true })
  onScopeDispose(() => (waiting.count = 0))
  watch(
    () => session.company?.company_id,
    () => {
      asked.data.value = undefined
      void asked.again()
    },
  )
  return { asked, count, urgent: computed(() => asked.data.value?.filter(isUrgent).length ?? 0) }
}

/** Who waits for a person; of the latest also whose emergency nobody has closed. Those in danger come first. */
async function needingOnes(signal: AbortSignal): Promise<ConversationRow[]> {
  const [room, latest] = await Promise.all([page({ waiting: true }), page({ limit: LATEST })])
  const known = new Set(room.conversations.map((one) => one.user_id))
  const open = latest.conversations.filter((one) => one.emergency && !known.has(one.user_id))
  return [...open, ...room.conversations].sort(
    (a, b) => Number(isUrgent(b)) - Number(isUrgent(a)) || sinceOf(a) - sinceOf(b),
  )

  function page(query: { waiting?: boolean; limit?: number }): Promise<ConversationPage> {
    return get('/conversations', { query, signal })
  }
}

export function isUrgent(one: ConversationRow): boolean {
  return one.emergency !== null || one.waiting?.why === 'emergency'
}

/** Since when a patient waits, in milliseconds. */
export function sinceOf(one: ConversationRow): number {
  return new Date(one.waiting?.since ?? one.emergency?.since ?? one.last_updated).getTime()
}

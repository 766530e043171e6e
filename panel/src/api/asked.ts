/** Asks the server for what a page shows, again when told, and no longer than the page is there. */

import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { isAbandoned } from './faults'

export interface Asked<T> {
  /** What was last answered; stays while it is asked again. */
  data: ShallowRef<T | undefined>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  /** Ask again now; what was under way is given up. */
  again: () => Promise<void>
}

interface Manner {
  /** Milliseconds between two askings by itself, while the page is looked at. */
  every?: number
  /** Do not ask until `again` is called. */
  later?: boolean
}

export function useAsked<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  manner: Manner = {},
): Asked<T> {
  const data = shallowRef<T>()
  const error = shallowRef<unknown>()
  const loading = ref(false)
  let running: AbortController | undefined

  async function again(): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    loading.value = true
    try {
      const found = await ask(mine.signal)
      if (mine.signal.aborted) return
      data.value = found
      error.value = undefined
    } catch (fault) {
      if (mine.signal.aborted || isAbandoned(fault)) return
      error.value = fault
    } finally {
      if (running === mine) loading.value = false
    }
  }

  const look = (): void => {
    if (document.visibilityState === 'visible' && !loading.value) void again()
  }
  const timer = manner.every === undefined ? undefined : setInterval(look, manner.every)
  if (manner.every !== undefined) document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    running?.abort()
  })
  if (!manner.later) void again()
  return { data, error, loading, again }
}

/** Something that a form sends: not twice at once, and what is wrong stands beside its field. */

import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { ApiFault } from '@/api/faults'

export interface Sending {
  busy: Ref<boolean>
  /** What is wrong by field. */
  fields: ComputedRef<Readonly<Record<string, string>>>
  /** What is wrong with the whole: nothing where the fields say it. */
  fault: ComputedRef<unknown>
  send: () => Promise<void>
  forget: () => void
}

/** `known`: the fields that the form shows; what is wrong with others is told of the whole. */
export function useSending(deed: () => Promise<unknown>, known?: readonly string[]): Sending {
  const busy = ref(false)
  const error = ref<unknown>()
  const fields = computed(() => (error.value instanceof ApiFault ? error.value.fields : {}))
  const fault = computed(() => {
    const names = Object.keys(fields.value)
    const shown = names.length > 0 && (!known || names.every((one) => known.includes(one)))
    return shown ? undefined : error.value
  })

  async function send(): Promise<void> {
    if (busy.value) return
    busy.value = true
    error.value = undefined
    try {
      await deed()
    } catch (found) {
      error.value = found
    } finally {
      busy.value = false
    }
  }

  return { busy, fields, fault, send, forget: () => (error.value = undefined) }
}

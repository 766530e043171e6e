/** What booking and moving have in common: a free time that is asked for, and may be gone by then. */

import { ref, type Ref } from 'vue'
import { ApiFault } from '@/api/faults'
import type { Slot } from './answers'

interface Wish {
  slot: Ref<Slot | null>
  busy: Ref<boolean>
  fault: Ref<unknown>
  /** Do it, also against the rules between visits. */
  act: (exempt?: boolean) => Promise<void>
  /** Take another time than the one that was gone. */
  take: (slot: Slot) => void
}

/** A `SlotPicker`, which looks again once a time is gone. */
export interface Picker {
  again: () => Promise<void>
}

export function useWish(
  picker: Readonly<Ref<Picker | null>>,
  deed: (slot: Slot, exempt: boolean) => Promise<void>,
): Wish {
  const slot = ref<Slot | null>(null)
  const busy = ref(false)
  const fault = ref<unknown>()

  async function act(exempt = false): Promise<void> {
    if (!slot.value || busy.value) return
    busy.value = true
    fault.value = undefined
    try {
      await deed(slot.value, exempt)
    } catch (error) {
      fault.value = error
      if (error instanceof ApiFault && ['SlotTakenError', 'UnknownSlotError'].includes(error.kind))
        void picker.value?.again()
    } finally {
      busy.value = false
    }
  }

  function take(one: Slot): void {
    slot.value = one
    fault.value = undefined
  }

  return { slot, busy, fault, act, take }
}

/** By whom a treatment is done: nobody named means everybody. */
export function ableOf<T extends { id: string }>(all: T[], named: string[] | undefined): T[] {
  return named?.length ? all.filter((one) => named.includes(one.id)) : all
}

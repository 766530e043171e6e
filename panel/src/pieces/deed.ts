/** Something that a button does: not twice at once, and what goes wrong is told. */

import { ref, type Ref } from 'vue'
import { tellFault } from './toasts'

export function useDeed<Given extends unknown[]>(
  deed: (...given: Given) => Promise<unknown>,
): { busy: Ref<boolean>; act: (...given: Given) => Promise<void> } {
  const busy = ref(false)

  async function act(...given: Given): Promise<void> {
    busy.value = true
    try {
      await deed(...given)
    } catch (error) {
      tellFault(error)
    } finally {
      busy.value = false
    }
  }

  return { busy, act }
}

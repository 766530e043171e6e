import { nextTick, ref, watch, type Ref } from 'vue'

/** Return whether a dialog that stands while it is needed is open; who waits hears once it has closed. */
export function useShown(closed: () => void): Ref<boolean> {
  const open = ref(true)
  watch(open, async () => {
    // The browser gives the focus back first.
    await nextTick()
    closed()
  })
  return open
}

import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Return how to keep a choice in the address: going back, or sending the link, leads to the same. */
export function useAddress(): <T extends string>(
  name: string,
  is: (text: unknown) => text is T,
  other: () => T,
) => WritableComputedRef<T> {
  const route = useRoute()
  const router = useRouter()
  return (name, is, other) =>
    computed({
      get: () => {
        const text = route.query[name]
        return is(text) ? text : other()
      },
      set: (value) =>
        void router.replace({ query: { ...route.query, [name]: value || undefined } }),
    })
}

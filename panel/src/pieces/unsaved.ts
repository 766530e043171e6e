/** What was typed and not saved: who leaves is asked first, by whichever way they leave. */

import { onScopeDispose } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { session } from '@/session'
import { words } from '@/words/words'

const open = new Set<() => boolean>()

/** Ask before a page with changes is left; false: stay. Who is signed out already is not held. */
export function mayLeave(): boolean {
  const changed = session.told !== null && [...open].some((one) => one())
  return !changed || window.confirm(words.global.t('pieces.leave'))
}

/** Have this form's changes asked about. */
export function useUnsaved(changed: () => boolean): void {
  const hold = (event: BeforeUnloadEvent): void => {
    if (changed()) event.preventDefault()
  }
  open.add(changed)
  window.addEventListener('beforeunload', hold)
  onScopeDispose(() => {
    open.delete(changed)
    window.removeEventListener('beforeunload', hold)
  })
}

/** Stands on each page that has such forms. */
export function useLeaving(): void {
  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => to.path === from.path || mayLeave())
}

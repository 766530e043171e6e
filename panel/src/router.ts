/** Leads from page to page; who is not signed in is led to the sign-in page and back. */

import { createRouter, createWebHistory, type RouteLocationRaw } from 'vue-router'
import { caller } from './api/call'
import { routes } from './routes'
import { session } from './session'

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- What replaces it is experimental.
  scrollBehavior: (to, from, saved) => saved ?? (to.name === from.name ? false : { top: 0 }),
})

router.beforeEach(async (to) => {
  if (!session.asked) await session.askFirst()
  if (session.fault !== null) return false
  if (to.meta.open) return true
  if (session.told === null) return signInFor(to.fullPath)
  if (to.meta.administrators && !session.administrator) return { name: 'overview' }
  return true
})

caller.signedOut = () => {
  session.ended()
  const here = router.currentRoute.value
  if (!here.meta.open) void router.replace({ ...signInFor(here.fullPath) })
}

function signInFor(path: string): Extract<RouteLocationRaw, { name?: unknown }> {
  return { name: 'sign-in', query: path === '/' ? {} : { to: path } }
}

/** Every page, a line each. A page with an icon stands in the menu, in this order. */

import {
  BookOpen,
  Bot,
  Building2,
  CalendarDays,
  ChartColumn,
  ClipboardList,
  House,
  KeyRound,
  MessageCircle,
  MessagesSquare,
  Settings2,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { RouteComponent, RouteRecordRaw } from 'vue-router'

/** Of the menu: what is looked at all day, what the clinic sets up, and what the operator does. */
export type MenuPart = 'daily' | 'clinic' | 'operator'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown to who is not signed in. */
    open?: boolean
    icon?: Component
    part?: MenuPart
    /** For administrators of the deployment only. */
    administrators?: boolean
  }
}

type Load = () => Promise<{ default: RouteComponent }>

/** Its name is also the name of its texts, whose `menu` is what the menu says. */
function page(
  path: string,
  name: string,
  load: Load,
  meta: RouteRecordRaw['meta'] = {},
): RouteRecordRaw {
  return { path, name, component: load, meta }
}

export const routes: RouteRecordRaw[] = [
  page('/sign-in', 'sign-in', () => import('./pages/SignInPage.vue'), { open: true }),
  page('/', 'overview', () => import('./pages/OverviewPage.vue'), { icon: House, part: 'daily' }),
  page('/conversations/:userId?', 'conversation', () => import('./pages/ConversationsPage.vue'), {
    icon: MessagesSquare,
    part: 'daily',
  }),
  page('/try', 'try', () => import('./pages/TryPage.vue'), { icon: MessageCircle, part: 'clinic' }),
  page('/agenda', 'agenda', () => import('./pages/AgendaPage.vue'), {
    icon: CalendarDays,
    part: 'daily',
  }),
  page('/offer', 'offer', () => import('./pages/OfferPage.vue'), {
    icon: ClipboardList,
    part: 'clinic',
  }),
  page('/knowledge', 'knowledge', () => import('./pages/KnowledgePage.vue'), {
    icon: BookOpen,
    part: 'clinic',
  }),
  page('/agents/:agent?', 'agents', () => import('./pages/AgentsPage.vue'), {
    icon: Bot,
    part: 'clinic',
  }),
  page('/numbers', 'numbers', () => import('./pages/NumbersPage.vue'), {
    icon: ChartColumn,
    part: 'clinic',
  }),
  page('/access', 'access', () => import('./pages/AccessPage.vue'), {
    icon: KeyRound,
    part: 'clinic',
  }),
  page('/settings', 'settings', () => import('./pages/SettingsPage.vue'), {
    icon: Settings2,
    part: 'clinic',
  }),
  page('/companies', 'companies', () => import('./pages/CompaniesPage.vue'), {
    icon: Building2,
    part: 'operator',
    administrators: true,
  }),
  page('/:path(.*)*', 'not-found', () => import('./pages/NotFoundPage.vue')),
]

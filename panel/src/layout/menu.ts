/** What the menu shows to who is signed in, made from the routes. */

import type { Component, InjectionKey } from 'vue'
import type { Needing } from '@/needing'
import type { MenuPart } from '@/routes'
import { routes } from '@/routes'
import { session } from '@/session'

export interface Entry {
  name: string
  path: string
  icon: Component
}

/** Who needs a person, which the layout asks for all pages. */
export const NEEDING: InjectionKey<Needing> = Symbol('needing')

export const PARTS: MenuPart[] = ['daily', 'clinic', 'operator']

export function entriesOf(part: MenuPart): Entry[] {
  return routes.flatMap(({ name, path, meta }) => {
    if (meta?.icon === undefined || meta.part !== part || typeof name !== 'string') return []
    if (meta.administrators && !session.administrator) return []
    return [{ name, path, icon: meta.icon }]
  })
}

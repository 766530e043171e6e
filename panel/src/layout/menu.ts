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
    // What follows names one thing of many: the menu leads to all of them.
    return [{ name, path: path.replace(/\/:.*$/, ''), icon: meta.icon }]
  })
}

/** Say whether a path is an entry's own, or of one thing of its many. */
export function isAt(path: string, entry: Entry): boolean {
  return path === entry.path || (entry.path !== '/' && path.startsWith(`${entry.path}/`))
}

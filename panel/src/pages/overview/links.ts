/** Links to pages that this one names. */

import { routes } from '@/routes'

export function hasRoute(name: string): boolean {
  return routes.some((one) => one.name === name)
}

export function patientPath(userId: string): string {
  return `/conversations/${encodeURIComponent(userId)}`
}

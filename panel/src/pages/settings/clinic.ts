/** The clinic that is looked at: what is in force, and the state that a change is meant for. */

import { useAsked, type Asked } from '@/api/asked'
import { definition, inForce, type InForce } from '@/api/settings'

export interface Clinic {
  told: InForce
  tag: string
}

export function useClinic(): Asked<Clinic> {
  return useAsked(async (signal) => {
    const [told, { tag }] = await Promise.all([inForce(signal), definition(signal)])
    return { told, tag }
  })
}

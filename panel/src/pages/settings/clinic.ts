/** The clinic that is looked at: what is in force, and the state that a change is meant for. */

import { useAsked, type Asked } from '@/api/asked'
import { definition, inForce, type InForce, type OnCallStep, type Settings } from '@/api/settings'

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

/** Say whether everything is set that a way to wake somebody needs; the accounts are the administration's. */
export function isSet(way: OnCallStep['way'], plan: Settings['on_call']): boolean {
  if (way === 'pagerduty') return plan.pagerduty_routing_key !== null
  if (way === 'webhook') return plan.webhook_url !== ''
  return way === 'inbox' || Boolean(plan.twilio_account && plan.twilio_token && plan.twilio_from)
}

/** Say whether an alarm reaches anybody at all. */
export function wakes(plan: Settings['on_call']): boolean {
  const ways = plan.steps.length ? plan.steps.map((one) => one.way) : USUAL
  return ways.some((way) => isSet(way, plan))
}

/** Ways that go out by themselves while no order is given. */
export const USUAL: readonly OnCallStep['way'][] = ['pagerduty', 'webhook']

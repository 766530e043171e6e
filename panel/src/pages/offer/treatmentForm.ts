/** A treatment as a form has it, and back. */

import { listOf, minutesOf, type Treatment } from './definition'

export type Pricing = 'exact' | 'from' | 'valued'

export interface TreatmentForm {
  name: string
  category: string
  minutes: number
  pricing: Pricing
  price: number | string
  price_note: string
  description: string
  preparation: string
  aftercare: string
  deposit_note: string
  aliases: string
  staff: string[]
  resources: string[]
  comes_after: string[]
  bookable: boolean
  buffer_after_minutes: number
  minimum_gap_days: number
}

function pricingOf(one: Treatment | null): Pricing {
  if (one !== null && (one.price === null || one.price === undefined)) return 'valued'
  return one?.price_from ? 'from' : 'exact'
}

export function formOf(one: Treatment | null): TreatmentForm {
  return {
    name: one?.name ?? '',
    category: one?.category ?? '',
    minutes: one ? minutesOf(one) : 30,
    pricing: pricingOf(one),
    price: one?.price ?? '',
    price_note: one?.price_note ?? '',
    description: one?.description ?? '',
    preparation: one?.preparation ?? '',
    aftercare: one?.aftercare ?? '',
    deposit_note: one?.deposit_note ?? '',
    aliases: (one?.aliases ?? []).join(', '),
    staff: [...(one?.staff ?? [])],
    resources: [...(one?.resources ?? [])],
    comes_after: [...(one?.comes_after ?? [])],
    bookable: one?.bookable ?? true,
    buffer_after_minutes: one?.buffer_after_minutes ?? 0,
    minimum_gap_days: one?.minimum_gap_days ?? 0,
  }
}

/** Return the treatment of a form; what was never said and says nothing is left out. */
export function treatmentOf(form: TreatmentForm, id: string, before: Treatment | null): Treatment {
  const { minutes, pricing, price, aliases, ...rest } = form
  const whole: Treatment = {
    ...rest,
    id,
    name: form.name.trim(),
    category: form.category.trim(),
    aliases: listOf(aliases),
    duration_minutes: minutes,
    // One length, by one name.
    duration_hours: undefined,
    price: pricing === 'valued' ? null : Number(price),
    price_from: pricing === 'from',
  }
  const silent = (value: unknown): boolean =>
    value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(
    Object.entries(whole).filter(
      ([name, value]) =>
        name === 'price' ||
        name in (before ?? {}) ||
        !(name === 'bookable' ? value === true : silent(value)),
    ),
  ) as unknown as Treatment
}

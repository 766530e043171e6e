/** What goes without saying of a clinic's country; all of it can be changed in the form. */

import { language } from '@/words/words'

export interface Country {
  zone: string
  currency: string
  /** Whom people call when somebody is in danger. */
  emergency: string
  language: 'es' | 'en' | 'pt'
}

const spanish = (zone: string, currency: string, emergency: string): Country => ({
  zone,
  currency,
  emergency,
  language: 'es',
})

export const COUNTRIES: Readonly<Record<string, Country>> = {
  AR: spanish('America/Argentina/Buenos_Aires', 'ARS', '107'),
  BO: spanish('America/La_Paz', 'BOB', '118'),
  BR: { zone: 'America/Sao_Paulo', currency: 'BRL', emergency: '192', language: 'pt' },
  CL: spanish('America/Santiago', 'CLP', '131'),
  CO: spanish('America/Bogota', 'COP', '123'),
  CR: spanish('America/Costa_Rica', 'CRC', '911'),
  DO: spanish('America/Santo_Domingo', 'DOP', '911'),
  EC: spanish('America/Guayaquil', 'USD', '911'),
  ES: spanish('Europe/Madrid', 'EUR', '112'),
  MX: spanish('America/Mexico_City', 'MXN', '911'),
  PA: spanish('America/Panama', 'USD', '911'),
  PE: spanish('America/Lima', 'PEN', '106'),
  PT: { zone: 'Europe/Lisbon', currency: 'EUR', emergency: '112', language: 'pt' },
  US: { zone: 'America/New_York', currency: 'USD', emergency: '911', language: 'en' },
  UY: spanish('America/Montevideo', 'UYU', '911'),
}

/** The countries by their names in the panel's language, in its order. */
export function namedCountries(): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(language(), { type: 'region' })
  return Object.keys(COUNTRIES)
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, language()))
}

/** An id of a name: `Clínica Dra. Ruiz` as `clinica-dra-ruiz`. */
export function idOf(name: string, most = 39): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, most)
    .replace(/^-+|-+$/g, '')
}

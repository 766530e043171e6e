/** The texts of the panel, in the language that a person chose: Spanish until they choose another. */

import { createI18n } from 'vue-i18n'
import spanish from '@/texts/es'

export const LANGUAGES = { es: 'Español', en: 'English', pt: 'Português' } as const
export type Language = keyof typeof LANGUAGES

const CHOSEN = 'clinicdesk.language'
const LOADERS = {
  es: () => Promise.resolve({ default: spanish }),
  en: () => import('@/texts/en'),
  pt: () => import('@/texts/pt'),
}

const FIRST: Language = 'es'
const texts: Record<Language, typeof spanish> = { es: spanish, en: {}, pt: {} }

export const words = createI18n({
  legacy: false,
  locale: FIRST,
  fallbackLocale: FIRST,
  messages: texts,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

export function language(): Language {
  return words.global.locale.value
}

/** Speak a language from now on. */
export async function speak(wanted: Language): Promise<void> {
  words.global.setLocaleMessage(wanted, (await LOADERS[wanted]()).default)
  words.global.locale.value = wanted
  document.documentElement.lang = wanted
  localStorage.setItem(CHOSEN, wanted)
}

/** Speak the language that was chosen last. */
export async function speakAsBefore(): Promise<void> {
  const before = localStorage.getItem(CHOSEN)
  await speak(before !== null && before in LANGUAGES ? (before as Language) : 'es')
}

/** What tests do beside looking: sign in, open a page, and set the scene by the API with an administrator's key. */

import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { inject, vi, expect } from 'vitest'
import App from '@/App.vue'
import { router } from '@/router'
import { toasts } from '@/pieces/toasts'
import { session } from '@/session'

/** Open the panel at a path, signed in with a key. What was told to the one before is gone. */
export async function open(path: string, key = inject('adminKey')): Promise<VueWrapper> {
  toasts.length = 0
  await session.signIn(key)
  await router.push(path)
  await router.isReady()
  const wrapper = mount(App, { attachTo: document.body })
  await flushPromises()
  return wrapper
}

/** Ask the API beside the panel. */
export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${inject('url')}/api${path}`, {
    method,
    headers: { 'X-API-Key': inject('adminKey'), 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: 'omit',
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Make a key of a company. */
export async function keyOf(
  company: string,
  scope: 'company' | 'read' = 'company',
): Promise<string> {
  const made = await api<{ api_key: string }>('POST', `/companies/${company}/keys`, {
    name: 'Recepción',
    scope,
  })
  return made.api_key
}

/** Make a clinic that no other test knows, like Benova but for its documents. */
export async function newClinic(company: string): Promise<void> {
  await api('POST', '/companies/benova/clone', { company_id: company, company_name: company })
}

/** Write as a patient of a company. */
export async function say(company: string, user: string, message: string): Promise<void> {
  await api('POST', '/webhook/test', { company_id: company, user_id: user, message })
}

/** Press the last button that says exactly this: a dialog's come after the page's. */
export async function press(panel: VueWrapper, text: string): Promise<void> {
  const found = panel.findAll('button').filter((one) => one.text() === text)
  await found.at(-1)?.trigger('click')
  await flushPromises()
}

/** Fill the field of a label in. */
export async function type(panel: VueWrapper, label: string, value: string): Promise<void> {
  const found = panel.findAll('label').find((one) => one.text().startsWith(label))
  await panel.get(`[id="${found?.attributes('for')}"]`).setValue(value)
}

/** Wait until the page says something. */
export async function shows(wrapper: VueWrapper, text: string | RegExp): Promise<void> {
  await vi.waitFor(
    () => {
      expect(wrapper.text()).toMatch(text)
    },
    { timeout: 30_000, interval: 30 },
  )
}

/** Open what is folded under some words, once it is there. */
export async function unfold(wrapper: VueWrapper, title: string): Promise<void> {
  const summary = await vi.waitUntil(
    () => wrapper.findAll('summary').find((one) => one.text() === title),
    { timeout: 30_000, interval: 30 },
  )
  const folded = summary.element.parentElement as HTMLDetailsElement
  folded.open = true
  folded.dispatchEvent(new Event('toggle'))
  await flushPromises()
}

import { flushPromises, mount } from '@vue/test-utils'
import { expect, inject, test } from 'vitest'
import App from '@/App.vue'
import { get } from '@/api/call'
import { router } from '@/router'
import { session } from '@/session'
import { keyOf, open, shows } from './clinic'

test('who is not signed in is asked for a key and led back to where they were', async () => {
  const key = await keyOf('benova')
  await session.ask()
  await router.push('/settings')
  const panel = mount(App, { attachTo: document.body })
  await flushPromises()
  expect(router.currentRoute.value.fullPath).toBe('/sign-in?to=/settings')

  await panel.get('input[type=password]').setValue('a-key-that-is-none')
  await panel.get('form').trigger('submit')
  await shows(panel, 'Esa clave no existe')
  expect(panel.get('input[type=password]').attributes('aria-invalid')).toBe('true')

  await panel.get('input[type=password]').setValue(key)
  await panel.get('form').trigger('submit')
  await shows(panel, 'Plan de emergencias')

  expect(router.currentRoute.value.path).toBe('/settings')
  const kept = JSON.stringify([localStorage, sessionStorage, document.cookie])
  expect(kept).not.toContain(key)
  expect(kept).not.toContain('clinicdesk_session')
})

test('who is signed out meanwhile learns of it with the next thing that is asked', async () => {
  const panel = await open('/settings', await keyOf('benova'))

  // As when somebody revokes the key: the panel does not know yet.
  await fetch('/api/session', { method: 'DELETE', headers: { 'X-Clinicdesk-Panel': '1' } })
  await expect(get('/companies')).rejects.toMatchObject({ status: 401 })
  await shows(panel, 'Iniciar sesión')

  expect(session.told).toBeNull()
  expect(router.currentRoute.value.query.to).toBe('/settings')
})

test.each(['https://evil.example', '//evil.example', 'javascript:alert(1)'])(
  'nobody is led to %s after signing in',
  async (to) => {
    await session.ask()
    await router.push({ name: 'sign-in', query: { to } })
    const panel = mount(App, { attachTo: document.body })
    await flushPromises()

    await panel.get('input[type=password]').setValue(inject('adminKey'))
    await panel.get('form').trigger('submit')
    await shows(panel, 'Hoy')

    expect(router.currentRoute.value.path).toBe('/')
  },
)

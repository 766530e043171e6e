import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { api, keyOf, open, shows } from './clinic'

async function press(panel: VueWrapper, text: string): Promise<void> {
  const found = panel.findAll('button').filter((one) => one.text() === text)
  await found.at(-1)?.trigger('click')
  await flushPromises()
}

test('a key is shown once, opens the door, and is revoked', async () => {
  const panel = await open('/access', await keyOf('benova'))
  await shows(panel, 'Recepción')

  await press(panel, 'Crear clave')
  await panel.get('dialog input').setValue('Dra. Ruiz')
  await panel.get('dialog form').trigger('submit')
  await shows(panel, 'La clave «Dra. Ruiz» está lista')
  const made = panel.get('.key').text()
  await press(panel, 'Ya la guardé')

  expect(panel.text()).not.toContain(made)
  await shows(panel, 'Dra. Ruiz')
  await panel.get('button[aria-label="Revocar Dra. Ruiz"]').trigger('click')
  await press(panel, 'Revocar clave')
  await shows(panel, '«Dra. Ruiz» ya no abre nada.')
  await expect.poll(() => panel.get('tbody').text()).not.toContain('Dra. Ruiz')
})

test('a key that only reads is offered nothing that changes', async () => {
  const panel = await open('/access', await keyOf('benova', 'read'))
  await shows(panel, 'Recepción')

  expect(panel.text()).not.toContain('Crear clave')
  expect(panel.findAll('button[aria-label^="Revocar"]')).toHaveLength(0)
})

test('the trail says from what to what, and nothing of another clinic', async () => {
  await api('PATCH', '/companies/benova', { agent_name: 'Lucero' })
  const panel = await open('/access', await keyOf('benova'))
  await press(panel, 'Cambios')
  await panel.findAll('[role="tab"]')[1]?.trigger('click')
  await shows(panel, 'Configuración cambiada')
  await shows(panel, /agent_name.*→\s*Lucero/s)

  const other = await open('/access', await keyOf('medispa'))
  await other.findAll('[role="tab"]')[1]?.trigger('click')
  await shows(other, 'Clave creada')
  expect(other.text()).not.toContain('Lucero')
})

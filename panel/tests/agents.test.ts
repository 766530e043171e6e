import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import { api, keyOf, newClinic, open, shows } from './clinic'

beforeAll(async () => {
  await newClinic('agentes')
})

async function press(panel: VueWrapper, text: string): Promise<void> {
  const found = panel.findAll('button').filter((one) => one.text() === text)
  await found.at(-1)?.trigger('click')
  await flushPromises()
}

test('what a clinic asks is tried, kept as a version, compared, and taken back', async () => {
  const panel = await open('/agents/sales', await keyOf('agentes'))
  await shows(panel, 'Lo que pide la clínica')
  await panel.get('textarea').setValue('Mencione siempre el parqueadero.')

  await press(panel, 'Probar')
  await panel.get('dialog[open] input').setValue('¿cuánto cuesta el botox?')
  await panel.get('dialog[open] form').trigger('submit')
  await shows(panel, 'Respondió Ventas')
  await panel.get('dialog[open] button[aria-label="Cerrar"]').trigger('click')

  await panel.findAll('form')[1]?.trigger('submit')
  await shows(panel, 'Indicaciones guardadas')
  await shows(panel, /Versión 2\s*En uso/)
  await press(panel, 'Qué cambió')
  await shows(panel, /De esta versión a la que está en uso:.*parqueadero/s)

  await press(panel, 'Volver a esta')
  await panel.get('dialog[open] footer button:last-child').trigger('click')
  await shows(panel, 'otra vez la versión 1')
  const { wish } = await api<{ wish: string }>('GET', '/companies/agentes/prompts/sales')
  expect(wish).not.toContain('parqueadero')
})

test('what somebody else wrote meanwhile is not written over, and what was typed stays', async () => {
  const panel = await open('/agents/support', await keyOf('agentes'))
  await shows(panel, 'Lo que pide la clínica')
  await panel.get('textarea').setValue('Mío.')
  await api('PUT', '/companies/agentes/prompts/support', { text: 'De otra persona.' })

  await panel.findAll('form')[1]?.trigger('submit')
  await shows(panel, 'Alguien cambió esto')
  await press(panel, 'Intentar de nuevo')
  await shows(panel, 'Administración')

  expect((panel.get('textarea').element as HTMLTextAreaElement).value).toBe('Mío.')
})

test('an agent is switched off by the clinic, its model is not the clinic’s to choose', async () => {
  const panel = await open('/agents/availability', await keyOf('agentes'))
  await shows(panel, 'Cómo trabaja')

  expect(panel.get('input[maxlength="200"]').attributes()).toHaveProperty('disabled')
  await panel.get('input[role="switch"]').setValue(false)
  await panel.get('form').trigger('submit')
  await shows(panel, 'Guardado.')

  const list = await open('/agents', await keyOf('agentes', 'read'))
  await shows(list, /Disponibilidad\s*Apagado/)
  const reading = await open('/agents/sales', await keyOf('agentes', 'read'))
  await shows(reading, 'Versiones')
  expect(reading.text()).not.toContain('Guardar')
  expect(reading.text()).not.toContain('Volver a esta')
})

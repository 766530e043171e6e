import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import { keyOf, open, say, shows, unfold } from './clinic'

beforeAll(async () => {
  await say('dental', 'rosa-1', '¿cuánto cuesta una limpieza dental?')
  await say('dental', 'eva-2', 'no puedo respirar')
})

async function press(panel: VueWrapper, text: string): Promise<void> {
  const found = panel.findAll('button').filter((one) => one.text() === text)
  await found.at(-1)?.trigger('click')
  await flushPromises()
}

test('a conversation is read with its agent and what the answer rests on', async () => {
  const panel = await open('/conversations/rosa-1', await keyOf('dental'))
  await shows(panel, '¿cuánto cuesta una limpieza dental?')
  await shows(panel, 'Ventas')

  await press(panel, 'Todas')
  await panel.findAll('[role="tab"]')[1]?.trigger('click')
  await shows(panel, 'eva-2')
  const rows = panel.findAll('.list .rows button')

  expect(rows.map((one) => one.text()).join()).toMatch(/eva-2.*Emergencia/s)
})

test('an emergency is closed by who has seen to the patient', async () => {
  const panel = await open('/conversations/eva-2', await keyOf('dental'))
  await shows(panel, 'Dificultad para respirar')

  await press(panel, 'Ya se atendió')
  await press(panel, 'Ya se atendió')

  await expect.poll(() => panel.find('.emergency').exists()).toBe(false)
})

test('what a patient agreed to is written down, and what was typed is not lost to one key', async () => {
  await say('dental', 'luz-4', 'hola')
  const panel = await open('/conversations/luz-4', await keyOf('dental'))
  await unfold(panel, 'Consentimientos')
  await shows(panel, 'No hay consentimientos registrados')

  await press(panel, 'Registrar consentimiento')
  await panel.get('dialog[open] textarea').setValue('Acepto que guarden mis fotos.')
  await press(panel, 'Cancelar')
  expect(panel.find('dialog[open] .asks').exists()).toBe(true)
  await panel.get('dialog[open] input').setValue('Firmado en papel')
  await panel.get('dialog[open] form').trigger('submit')

  await shows(panel, /Acepto que guarden mis fotos\..*Firmado en papel · por el equipo/s)
})

test('another clinic is looked at without the patient of the first', async () => {
  const panel = await open('/conversations/rosa-1')
  await panel.get('.switcher').trigger('click')
  const others = panel.findAll('.companies button')
  await others.find((one) => one.text().includes('MediSpa'))?.trigger('click')
  await shows(panel, 'Elija una conversación')
})

test('a patient is erased only after their name was typed, and another clinic sees nobody', async () => {
  await say('wellness', 'nina-3', 'hello')
  const panel = await open('/conversations/nina-3', await keyOf('wellness'))
  await shows(panel, 'hello')
  expect(panel.text()).not.toContain('rosa-1')

  await unfold(panel, 'Datos del paciente')
  await press(panel, 'Borrar paciente')
  const button = panel.findAll('dialog button').find((one) => one.text() === 'Borrar paciente')
  expect(button?.attributes('disabled')).toBeDefined()
  await panel.get('dialog input').setValue('nina-3')
  await press(panel, 'Borrar paciente')
  await shows(panel, 'Se borró todo')
})

import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import type { InForce } from '@/api/settings'
import { fieldsOf, type Card } from '@/pages/settings/fields'
import { session } from '@/session'
import { words } from '@/words/words'
import { api, keyOf, newClinic, open, shows } from './clinic'

beforeAll(async () => {
  await newClinic('ajustes')
})

const inForce = (): Promise<InForce> => api('GET', '/companies/ajustes/in-force')

async function tab(panel: VueWrapper, title: string): Promise<void> {
  await panel
    .findAll('[role="tab"]')
    .find((one) => one.text() === title)
    ?.trigger('click')
  await flushPromises()
}

test('every setting has its words', async () => {
  const { settings } = await inForce()
  const cards: Card[] = ['emergency', 'paging', 'manners', 'media', 'privacy', 'limits']

  const missing = cards
    .flatMap((card) => fieldsOf(card, settings))
    .map((one) => (one.language ? 'privacy_notice' : one.field.replaceAll('.', '_')))
    .filter((name) => !words.global.te(`settings.fields.${name}.label`, 'es'))

  expect(missing).toEqual([])
})

test('a clinic changes its emergency plan; what is wrong stands beside the field', async () => {
  const panel = await open('/settings', await keyOf('ajustes'))
  await shows(panel, 'Plan de emergencias')
  const number = panel.get('form input')

  await number.setValue('x')
  await panel.get('form').trigger('submit')
  await shows(panel, 'No está escrito como debe ser')
  await number.setValue('119')
  await panel.get('form').trigger('submit')
  await shows(panel, 'Guardado. Ya está en uso.')

  expect((await inForce()).settings.emergency.number).toBe('119')
})

test('who is woken is set by the clinic, in order', async () => {
  const panel = await open('/settings', await keyOf('ajustes'))
  await shows(panel, 'Nadie recibe una llamada')
  const card = panel.findAll('section').find((one) => one.text().startsWith('A quién'))
  const add = card?.findAll('button').find((one) => one.text() === 'Agregar aviso')

  await add?.trigger('click')
  await card?.get('input[type="tel"]').setValue('+57 300 123 4567')
  await card?.get('form').trigger('submit')

  await expect
    .poll(async () => (await inForce()).settings.on_call.steps)
    .toMatchObject([{ way: 'call', to: '+573001234567', after_minutes: 0 }])
})

test('limits are the administration’s: seen by the clinic, changed by an administrator', async () => {
  const panel = await open('/settings', await keyOf('ajustes'))
  await tab(panel, 'Límites y gasto')
  await shows(panel, 'Esto lo cambia la administración')
  expect(panel.get('form input').attributes()).toHaveProperty('disabled')

  const operator = await open('/settings')
  session.choose('ajustes')
  await flushPromises()
  await tab(operator, 'Límites y gasto')
  await shows(operator, 'Gasto diario')
  await operator.get('form input').setValue('7')
  await operator.get('form').trigger('submit')
  await expect.poll(async () => (await inForce()).settings.budget.daily).toBe('7')
  await expect.poll(() => operator.get('form button').attributes('disabled')).toBe('')
  await expect.poll(() => operator.get('form button').attributes('aria-busy')).toBeUndefined()
  await tab(operator, 'Chatwoot')
  await shows(operator, '/api/webhook/chatwoot/')
})

test('what does not work is told in words, with what to do', async () => {
  const panel = await open('/settings', await keyOf('ajustes', 'read'))
  await tab(panel, 'Estado')

  await shows(panel, /Calendario\.\s*Se puede consultar y agendar\./)
  await shows(panel, 'Qué hacer: conéctelo en la pestaña Chatwoot')
  expect(panel.text()).not.toContain('CHATWOOT_API_KEY')
})

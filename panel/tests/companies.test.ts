import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { api, keyOf, open, shows } from './clinic'

interface Definition {
  active: boolean
  definition: Record<string, unknown>
}

const definitionOf = (id: string): Promise<Definition> => api('GET', `/companies/${id}/definition`)

async function press(panel: VueWrapper, text: string): Promise<void> {
  const found = panel
    .findAll('button')
    .find((one) => one.text() === text || one.attributes('aria-label') === text)
  await found?.trigger('click')
  await flushPromises()
}

test('a clinic is made of a short form, paused, switched on again and deleted', async () => {
  const panel = await open('/companies')
  await shows(panel, 'Benova')

  await press(panel, 'Crear clínica')
  const form = panel.get('dialog[open] form')
  await form.get('input[maxlength="200"]').setValue('Clínica Dra. Peña')
  await form.get('select').setValue('MX')
  await form.get('input[placeholder="Dra. Ana Ruiz"]').setValue('Dra. Peña')
  await form.trigger('submit')
  await shows(panel, '«Clínica Dra. Peña» está lista.')
  expect((await definitionOf('clinica-dra-pena')).definition).toMatchObject({
    time_zone: 'America/Mexico_City',
    currency: 'MXN',
    emergency: { number: '911' },
    staff: [{ id: 'dra-pena', name: 'Dra. Peña' }],
  })

  await press(panel, 'Desactivar Clínica Dra. Peña')
  await panel.get('dialog[open] footer button:last-child').trigger('click')
  await shows(panel, /Clínica Dra. Peña\s*Desactivada/)
  await press(panel, 'Activar Clínica Dra. Peña')
  await shows(panel, 'está activa otra vez')

  await press(panel, 'Borrar Clínica Dra. Peña')
  const end = panel.get('dialog[open] footer button:last-child')
  expect(end.attributes()).toHaveProperty('disabled')
  await panel.get('dialog[open] input').setValue('clinica-dra-pena')
  await end.trigger('click')
  await shows(panel, '«Clínica Dra. Peña» fue borrada.')
  await expect.poll(() => panel.find('.companies').text()).not.toContain('Peña')
})

test('a file is looked at before a clinic is made of it, and what is taken is told', async () => {
  const panel = await open('/companies')
  await press(panel, 'Traer de un archivo')
  const moved = (await api<{ definition: object }>('GET', '/companies/medispa/export')).definition
  const input = panel.get('dialog[open] input[type="file"]')
  const give = async (definition: object): Promise<void> => {
    const file = new File([JSON.stringify({ definition })], 'x.json')
    Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
    await input.trigger('change')
  }

  await give(moved)
  await shows(panel, 'Reemplazar la clínica que ya existe')
  await give({ ...moved, company_id: 'traida', chatwoot: {} })
  await shows(panel, /Está bien: MediSpa Elite, con \d+ tratamientos/)
  await panel.get('dialog[open] form').trigger('submit')

  await expect.poll(async () => (await definitionOf('traida').catch(() => null))?.active).toBe(true)
})

test('clinics’ own people see nothing of this', async () => {
  const panel = await open('/companies', await keyOf('benova'))
  await shows(panel, 'Benova')

  expect(panel.find('h1').text()).not.toBe('Clínicas')
  expect(panel.get('.layout').text()).not.toContain('MediSpa')
})

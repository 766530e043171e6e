import { flushPromises } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import { session } from '@/session'
import { speak } from '@/words/words'
import { api, keyOf, newClinic, open, say, shows } from './clinic'

interface Slots {
  slots: { slot_id: string }[]
}

beforeAll(async () => {
  await newClinic('tranquila')
  await say('benova', 'martha', 'me pusieron relleno hace una hora y no veo por un ojo')
  await say('benova', 'camila', '¿cuánto cuesta el botox?')
  const { slots } = await api<Slots>('GET', '/availability?company_id=benova&treatment=valoracion')
  await api('POST', '/appointments?company_id=benova', {
    slot_id: slots[0]?.slot_id,
    patient: { name: 'Laura Gómez', phone: '3015550101' },
  })
})

test('a clinic sees first who is in danger, and what comes next', async () => {
  const panel = await open('/', await keyOf('benova'))
  await shows(panel, /martha\s*Emergencia/)
  await shows(panel, 'Laura Gómez')
  await shows(panel, 'responde el agente guiado')

  expect(panel.text()).not.toMatch(/camila\s*(Emergencia|Pidió)/)
  expect(panel.text()).toMatch(/Emergencias\s*1/)
  expect(panel.find('.switcher').element.tagName).toBe('DIV')
})

test('danger is seen from every page until somebody says that it was seen to', async () => {
  await newClinic('urgencias')
  await say('urgencias', 'rosa', 'no puedo respirar, se me cierra la garganta')
  const panel = await open('/settings', await keyOf('urgencias'))
  await shows(panel, 'Una emergencia abierta')
  expect(document.title).toMatch(/^\(1\) Ajustes/)

  await panel.get('.urgent').trigger('click')
  await shows(panel, /rosa\s*Emergencia/)
  await panel.get('.deeds button').trigger('click')
  await panel.get('dialog button.danger').trigger('click')
  await shows(panel, 'Nadie está esperando')

  expect(document.title).not.toContain('(1)')
  expect(panel.find('.count').exists()).toBe(false)
})

test('who may only read sees the danger and closes nothing', async () => {
  const panel = await open('/', await keyOf('benova', 'read'))
  await shows(panel, /martha\s*Emergencia/)

  expect(panel.find('.deeds button').exists()).toBe(false)
})

test('another clinic sees nothing of it', async () => {
  const panel = await open('/', await keyOf('tranquila'))
  await shows(panel, 'Nadie está esperando')
  await shows(panel, 'No hay citas próximas')

  expect(panel.text()).not.toMatch(/martha|Laura Gómez/)
})

test('who may see several clinics looks at one at a time', async () => {
  session.choose('benova')
  const panel = await open('/')
  await shows(panel, /martha\s*Emergencia/)

  await panel.get('.switcher').trigger('click')
  const others = panel.findAll('.companies button')
  await others.find((one) => one.text().includes('tranquila'))?.trigger('click')
  await flushPromises()
  await shows(panel, 'Nadie está esperando')

  expect(session.company?.company_id).toBe('tranquila')
  expect(panel.text()).not.toContain('martha')
})

test('the panel speaks the language that one chooses', async () => {
  const panel = await open('/')
  await speak('pt')
  await shows(panel, 'Próximas consultas')
  await speak('en')
  await shows(panel, 'Next appointments')

  expect(document.documentElement.lang).toBe('en')
})

import { beforeAll, expect, test } from 'vitest'
import { keyOf, newClinic, open, say, shows } from './clinic'

beforeAll(async () => {
  await newClinic('con-numeros')
  await newClinic('sin-numeros')
  await say('con-numeros', 'nora', '¿cuánto cuesta el botox?')
})

test('a clinic sees its own days, and that nothing was spent', async () => {
  const panel = await open('/numbers', await keyOf('con-numeros'))
  await shows(panel, /Mensajes\s*1/)
  await shows(panel, 'respondió el agente guiado, que no cuesta')
  const links = panel.findAll('a[download]').map((one) => one.attributes('href'))

  expect(panel.findAll('tbody tr')).toHaveLength(30)
  expect(links).toHaveLength(2)
  expect(
    links.every((one) => one?.includes('format=csv') && one.includes('company_id=con-numeros')),
  ).toBe(true)
})

test('another clinic, and a shorter span, have numbers of their own', async () => {
  const panel = await open('/numbers', await keyOf('sin-numeros'))
  await shows(panel, /Mensajes\s*0/)

  await panel.get('.span select').setValue('7')
  await expect.poll(() => panel.findAll('tbody tr').length).toBe(7)
})

import { expect, test } from 'vitest'
import { keyOf, open, shows } from './clinic'

test('a question is answered live, with the agent that answered', async () => {
  const panel = await open('/try', await keyOf('benova'))
  await panel.get('.write input').setValue('¿cuánto cuesta el botox?')
  await panel.get('.write').trigger('submit')
  await shows(panel, '890.000')

  expect(panel.text()).toMatch(/Ventas · agente guiado/)
})

test('danger is marked, and another patient begins anew', async () => {
  const panel = await open('/try', await keyOf('benova'))
  await panel.get('.write input').setValue('no puedo respirar')
  await panel.get('.write').trigger('submit')
  await shows(panel, /texto aprobado.*Emergencia/s)

  await panel
    .findAll('button')
    .find((one) => one.text() === 'Otro paciente')
    ?.trigger('click')
  expect(panel.find('.line').exists()).toBe(false)
})

import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { keyOf, open, say, shows } from './clinic'

const PETS = '# Mascotas\n\nPuede venir con su perro guía; los loros esperan en recepción.'

async function tab(panel: VueWrapper, title: string): Promise<void> {
  const tabs = panel.findAll('[role="tab"]')
  await tabs.find((one) => one.text() === title)?.trigger('click')
  await flushPromises()
}

/** A browser fills a file field by itself only when a person chooses. */
async function choose(panel: VueWrapper, file: File): Promise<void> {
  const input = panel.get<HTMLInputElement>('.drop input[type="file"]')
  Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
  await input.trigger('change')
}

test('a file that is handed in is found, and another clinic knows nothing of it', async () => {
  const panel = await open('/knowledge', await keyOf('medispa'))
  await choose(panel, new File([PETS], 'mascotas.md', { type: 'text/markdown' }))
  await shows(panel, 'Recibidos: 1')
  await tab(panel, 'Probar búsqueda')
  await panel.get('.ask input').setValue('¿puedo llevar mi loro?')
  await panel.get('.ask').trigger('submit')
  await shows(panel, /Responde\s*.*los loros esperan en recepción/s)

  const other = await open('/knowledge', await keyOf('dental'))
  await shows(other, 'Probar búsqueda')
  expect(other.text()).not.toContain('Mascotas')
})

test('a file that cannot be read is refused with the reason', async () => {
  const panel = await open('/knowledge', await keyOf('medispa'))
  await choose(panel, new File(['hola'], 'precios.pdf', { type: 'application/pdf' }))

  await shows(panel, /precios\.pdf: .*\.pdf but is none/)
})

test('a question that nothing answered is answered once for everybody', async () => {
  await say('wellness', 'olga', 'do you sell branded umbrellas and kayaks?')
  const panel = await open('/knowledge', await keyOf('wellness'))
  await tab(panel, 'Preguntas')
  await shows(panel, /umbrellas/)
  await panel
    .findAll('button')
    .find((one) => one.text() === 'Responder')
    ?.trigger('click')
  await panel.get('dialog textarea').setValue('We sell umbrellas for 20 dollars at the desk.')
  await panel.get('dialog form').trigger('submit')

  await shows(panel, 'Todo tuvo respuesta')
})

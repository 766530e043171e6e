import { flushPromises } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { api, keyOf, open, say, shows, unfold } from './clinic'

test('a turn is acted out again with another message, beside what was answered, and nobody is told', async () => {
  await say('dental', 'turn-1', '¿cuánto cuesta una limpieza dental?')
  const panel = await open('/conversations/turn-1', await keyOf('dental'))
  await unfold(panel, 'Cómo se respondió')
  await unfold(panel, 'Ver la respuesta')
  await panel.get('.turn .button').trigger('click')
  await flushPromises()
  await panel.get('.again textarea').setValue('no puedo respirar')
  await panel.get('.again form').trigger('submit')
  await shows(panel, 'Respondería de otra manera')

  expect(panel.get('.side.before').text()).toMatch(/Ventas.*limpieza dental/s)
  expect(panel.get('.side.now').text()).toMatch(/Emergencias.*no puedo respirar/s)
  const kept = await api<{ emergency: unknown; total_messages: number }>(
    'GET',
    '/conversations/turn-1?company_id=dental',
  )
  expect(kept).toMatchObject({ emergency: null, total_messages: 2 })
})

test('a key that only reads sees how it was answered, and acts nothing out', async () => {
  await say('dental', 'turn-2', '¿cuánto cuesta una limpieza dental?')
  const panel = await open('/conversations/turn-2', await keyOf('dental', 'read'))
  await unfold(panel, 'Cómo se respondió')
  await unfold(panel, 'Ver la respuesta')

  expect(panel.get('.turn .reply').text()).not.toBe('')
  expect(panel.find('.turn .button').exists()).toBe(false)
})

test('turns are read back to the first, and what is said meanwhile comes on top', async () => {
  for (let turn = 1; turn <= 7; turn += 1) await say('dental', 'turn-3', `hola ${turn}`)
  const panel = await open('/conversations/turn-3', await keyOf('dental'))
  await unfold(panel, 'Cómo se respondió')
  await shows(panel, '«hola 2»')
  expect(panel.text()).not.toContain('«hola 1»')

  await panel.get('.turns ~ .button').trigger('click')
  await shows(panel, '«hola 1»')
  await say('dental', 'turn-3', 'gracias')
  document.dispatchEvent(new Event('visibilitychange'))
  await shows(panel, '«gracias»')

  expect(panel.get('.turn').text()).toContain('«gracias»')
  expect(panel.findAll('.turn')).toHaveLength(8)
})

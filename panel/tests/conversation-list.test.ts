import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { ConversationRow } from '@/api/answers'
import ConversationList from '@/pages/conversations/ConversationList.vue'
import { router } from '@/router'
import { keyOf, newClinic, open, say, shows } from './clinic'

const MINUTE = 60_000

function row(user: string, more: Partial<ConversationRow> = {}): ConversationRow {
  const moment = new Date().toISOString()
  return {
    ...{ user_id: user, name: null, channel: null, chatwoot_url: null, last_message: 'hola' },
    ...{ last_role: 'user', last_updated: moment, message_count: 1, emergency: null },
    waiting: null,
    ...more,
  }
}

const waitingFor = (minutes: number): Partial<ConversationRow> => ({
  waiting: { why: 'handoff', since: new Date(Date.now() - minutes * MINUTE).toISOString() },
})

test('a row tells the channel and the wait in words, and who waits longer than half an hour stands out', () => {
  const rows = [
    row('ana', { channel: 'whatsapp_twilio', ...waitingFor(130) }),
    row('eva', { channel: 'web', ...waitingFor(29) }),
    row('luz'),
  ]
  const list = mount(ConversationList, { props: { rows, looked: '' } })

  const [ana, eva, luz] = list.findAll('li')
  expect(ana?.text()).toMatch(/Pidió una persona.*Espera 2 h 10 min.*WhatsApp/s)
  expect(ana?.find('.danger').exists()).toBe(true)
  expect(eva?.text()).toMatch(/Espera 29 min.*Sitio web/s)
  expect(eva?.find('.danger').exists()).toBe(false)
  expect(luz?.text()).toMatch(/Prueba$/)
})

test('arrows go from row to row, and Tab leads to the one that was left', async () => {
  const rows = [row('ana'), row('eva'), row('luz')]
  const list = mount(ConversationList, { props: { rows, looked: '' }, attachTo: document.body })
  const keys = async (...pressed: string[]): Promise<void> => {
    for (const key of pressed) await list.get('ul').trigger('keydown', { key })
  }
  const named = (): string | undefined =>
    document.activeElement?.querySelector('.name')?.textContent

  await keys('End', 'ArrowDown', 'ArrowUp')
  expect(named()?.trim()).toBe('eva')
  expect(list.findAll('button').map((one) => one.attributes('tabindex'))).toEqual(['-1', '0', '-1'])
})

test('more of a long list is read while one conversation stays, and one step back leads to the list', async () => {
  await newClinic('crowd')
  const users = Array.from({ length: 31 }, (_, at) => `p-${at}`)
  await Promise.all(users.map((user) => say('crowd', user, 'hola')))
  const panel = await open('/conversations', await keyOf('crowd'))
  await panel.findAll('[role="tab"]')[1]?.trigger('click')
  await shows(panel, 'Ver más (30 de 31)')
  const rows = (): ReturnType<typeof panel.findAll> => panel.findAll('.list .rows button')

  for (const at of [3, 4]) {
    const user = rows()[at]?.get('.name').text()
    await rows()[at]?.trigger('click')
    await expect.poll(() => panel.find('.list [aria-current]').text()).toContain(user ?? '-')
  }
  const chosen = panel.get('.list [aria-current] .name').text()
  await panel
    .findAll('.list .button')
    .find((one) => one.text().startsWith('Ver más'))
    ?.trigger('click')
  await expect.poll(() => rows().length).toBe(31)
  expect(panel.get('.single h2').text()).toBe(chosen)

  router.back()
  await expect.poll(() => router.currentRoute.value.path).toBe('/conversations')
  expect(rows()).toHaveLength(31)
})

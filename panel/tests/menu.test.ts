import { expect, test } from 'vitest'
import { entriesOf, isAt, PARTS } from '@/layout/menu'
import { router } from '@/router'
import { session } from '@/session'
import { keyOf } from './clinic'

test('every entry of the menu leads to its own page, whatever of it is looked at', async () => {
  await session.signIn(await keyOf('benova'))
  const entries = PARTS.flatMap(entriesOf)

  expect(entries.length).toBeGreaterThan(3)
  for (const entry of entries) {
    const there = router.resolve(entry.path)
    expect([entry.path, there.name, there.params]).toEqual([entry.path, entry.name, {}])
    expect(entries.filter((one) => isAt(entry.path, one))).toEqual([entry])
    expect(isAt(`${entry.path}/9001`.replace('//', '/'), entry)).toBe(entry.path !== '/')
  }
})

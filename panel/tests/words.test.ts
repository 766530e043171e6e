import { expect, test } from 'vitest'
import english from '@/texts/en'
import portuguese from '@/texts/pt'
import spanish from '@/texts/es'
import type { Texts } from '@/texts/byName'

const SOURCES = import.meta.glob<string>(['../src/**/*.vue', '../src/**/*.ts'], {
  eager: true,
  query: '?raw',
  import: 'default',
})

function keysOf(texts: Texts, before = ''): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [`${before}${name}`] : keysOf(text, `${before}${name}.`),
  )
}

function textAt(texts: Texts, key: string): string {
  const found = key
    .split('.')
    .reduce<Texts | string | undefined>(
      (at, name) => (typeof at === 'object' ? at[name] : undefined),
      texts,
    )
  return typeof found === 'string' ? found : ''
}

test.each([
  ['en', english],
  ['pt', portuguese],
])('%s says everything that Spanish says, about the same things', (_, catalogue) => {
  const named = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

  expect(keysOf(catalogue).sort()).toEqual(keysOf(spanish).sort())
  for (const key of keysOf(spanish)) {
    expect([key, named(textAt(catalogue, key))]).toEqual([key, named(textAt(spanish, key))])
    expect([key, textAt(catalogue, key).trim()]).not.toEqual([key, ''])
  }
})

test('every text that a page asks for is there', () => {
  const known = new Set(keysOf(spanish))
  const asked = Object.entries(SOURCES).flatMap(([file, source]) =>
    [...source.matchAll(/(?<![\w.])\$?t\(\s*'([^']+)'/g)].map((found) => [file, found[1] ?? '']),
  )

  expect(asked.length).toBeGreaterThan(30)
  expect(asked.filter(([, key]) => !known.has(key ?? ''))).toEqual([])
})

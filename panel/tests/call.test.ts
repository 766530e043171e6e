import { expect, inject, test } from 'vitest'
import { addressOf, get, newOnceKey, patch, post, put } from '@/api/call'
import { ApiFault, ConnectionFault } from '@/api/faults'
import { session } from '@/session'
import { faultDetail, faultWords } from '@/words/faultWords'
import { keyOf } from './clinic'

async function faultOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => null,
    (error: unknown) => error,
  )
}

test('what is wrong is told by field', async () => {
  await session.signIn(inject('adminKey'))
  session.choose('benova')

  const definition = await faultOf(
    patch('/companies/{company_id}', {
      body: { treatments: [{ id: 'a', duration_minutes: 'x' }] },
    }),
  )
  const plain = await faultOf(post('/companies/{company_id}/keys', { body: { name: '' } }))

  expect(definition).toBeInstanceOf(ApiFault)
  expect((definition as ApiFault).status).toBe(422)
  expect((definition as ApiFault).fields).toHaveProperty('treatments.0.duration_minutes')
  expect((plain as ApiFault).fields).toHaveProperty('name')
  expect(faultWords(plain)).toBe('Hay datos que corregir.')
})

test('a deed with a key of its own is done once', async () => {
  await session.signIn(await keyOf('dental'))
  const onceKey = newOnceKey()
  const make = (): Promise<{ key_id: string }> =>
    post('/companies/{company_id}/keys', { body: { name: 'tableta' }, onceKey })

  const [first, again] = [await make(), await make()]

  expect(again.key_id).toBe(first.key_id)
})

test('a key that only reads is told so, and the panel knows it beforehand', async () => {
  await session.signIn(await keyOf('benova', 'read'))

  const fault = await faultOf(
    put('/bot-status/{conversation_id}', {
      path: { conversation_id: 12 },
      body: { active: false },
    }),
  )

  expect(session.writes).toBe(false)
  expect((fault as ApiFault).kind).toBe('NotAllowedError')
  expect(faultWords(fault)).toBe('Su clave no permite hacer esto.')
})

test('what nobody waits for any more is given up', async () => {
  await session.signIn(inject('adminKey'))
  const left = new AbortController()
  left.abort()

  expect(await faultOf(get('/companies', { signal: left.signal }))).toMatchObject({
    name: 'AbortError',
  })
})

test('a server that is not reached is told plainly', () => {
  const fault = new ConnectionFault('refused')

  expect(faultWords(fault)).toContain('No hay conexión')
  expect(faultDetail(fault)).toBe('')
  expect(faultWords(new ApiFault(418, { error: 'Teapot', detail: 'no' }, null))).toContain(
    'Algo salió mal',
  )
  expect(faultWords(new ApiFault(429, {}, '7'))).toContain('7 segundos')
})

test('an address for a link names the clinic and hides nothing in its path', async () => {
  await session.signIn(inject('adminKey'))
  session.choose('benova')

  const address = addressOf('/documents/{document_id}/original', {
    path: { document_id: '../keys?x=1' },
  })

  expect(address).toBe('/api/documents/..%2Fkeys%3Fx%3D1/original?company_id=benova')
})

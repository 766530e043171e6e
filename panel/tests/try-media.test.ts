import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, keyOf, newClinic, open, shows } from './clinic'

const VOICE = join(import.meta.dirname, '../../tests/fakes/voice.ogg')
const HEARD = '¿cuánto cuesta el botox?'
const SEGMENT = { avg_logprob: -0.2, compression_ratio: 1.2, no_speech_prob: 0.01, text: HEARD }

/** Hears one sentence in whatever is said, and has no model that answers: the guided agents do. */
let provider: Server

beforeAll(async () => {
  provider = createServer((request, response) => {
    request.resume().on('end', () => {
      const heard = request.url?.endsWith('/audio/transcriptions')
      const answer = { text: HEARD, language: 'spanish', duration: 3, segments: [SEGMENT] }
      response.writeHead(heard ? 200 : 401, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(heard ? answer : { error: { message: 'no' } }))
    })
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  await newClinic('listening')
  const { port } = provider.address() as AddressInfo
  await api('PATCH', '/companies/listening', {
    model: { api_key: 'sk-of-a-test', base_url: `http://127.0.0.1:${port}/v1` },
  })
})

afterAll(() => {
  provider.close()
})

async function choose(panel: VueWrapper, file: File): Promise<void> {
  const input = panel.get<HTMLInputElement>('.write input[type=file]')
  Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
  await input.trigger('change')
  await flushPromises()
}

test('a voice note is heard and answered where the clinic can hear, and one that is too large is not sent', async () => {
  const panel = await open('/try', await keyOf('listening'))
  await expect.poll(() => panel.find('[aria-label="Enviar una nota de voz"]').exists()).toBe(true)

  await choose(panel, new File([await readFile(VOICE)], 'nota.ogg', { type: 'audio/ogg' }))
  await shows(panel, /nota\.ogg.*Se oyó: «¿cuánto cuesta el botox\?».*890\.000/s)

  await choose(panel, new File([new Uint8Array(17_000_000)], 'larga.ogg'))
  await shows(panel, 'El archivo pesa más de 16 MB.')
  expect(panel.text()).not.toContain('larga.ogg')
})

test('a clinic that hears and sees nothing offers neither', async () => {
  const panel = await open('/try', await keyOf('benova'))
  await flushPromises()

  expect(panel.find('.write input[type=file]').exists()).toBe(false)
})

/** Makes the test's browser stand on the server's own origin, signed out and without a memory. */

import { config, disableAutoUnmount, enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, inject } from 'vitest'
import { router } from '@/router'
import { session } from '@/session'
import { speak, words } from '@/words/words'

declare global {
  interface Window {
    happyDOM: { setURL: (url: string) => void; abort: () => Promise<void> }
  }
}

// The test's browser tells of each refusal, and of each request that a page gives up as it is left.
const write = process.stderr.write.bind(process.stderr)
const EXPECTED = /socket hang up|http:\S+ 4\d\d/
process.stderr.write = (said: string | Uint8Array) => EXPECTED.test(said.toString()) || write(said)

config.global.plugins = [words, router]
window.happyDOM.setURL(`${inject('url')}/panel/`)

// Files share one browser, and this is read for each of them.
disableAutoUnmount()
enableAutoUnmount(afterEach)

beforeEach(async () => {
  localStorage.clear()
  sessionStorage.clear()
  await speak('es')
})

afterEach(async () => {
  await session.signOut().catch(() => null)
  document.body.replaceChildren()
})

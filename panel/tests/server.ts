/** Starts the real server once for all tests, with data of its own, and ends it. */

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    url: string
    adminKey: string
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PYTHON = process.env.CLINICDESK_PYTHON ?? join(ROOT, '.venv', 'bin', 'python')
const ADMIN_KEY = 'an-administrators-key-for-tests'
const PATIENCE = 60_000 // milliseconds: a busy machine starts it slowly

export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const data = await mkdtemp(join(tmpdir(), 'clinicdesk-panel-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(PYTHON, ['server.py', 'serve'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      API_KEY: ADMIN_KEY,
      DATA_DIR: data,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      LOG_LEVEL: 'ERROR',
      SECRET_KEY: 'seals-what-tests-write-and-nothing-else',
      // Whatever .env says of the machine outside.
      OPENAI_API_KEY: '',
      REDIS_URL: '',
      DATABASE_URL: '',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  await healthy(url, () => {
    if (server.exitCode !== null) throw new Error(`The server ended:\n${said}`)
  })
  project.provide('url', url)
  project.provide('adminKey', ADMIN_KEY)
  return async () => {
    server.kill('SIGTERM')
    await ended
    await rm(data, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function healthy(url: string, look: () => void): Promise<void> {
  const until = Date.now() + PATIENCE
  while (Date.now() < until) {
    look()
    const answer = await fetch(`${url}/health`).catch(() => null)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error('The server did not become healthy.')
}

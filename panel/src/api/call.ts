/** The one way to the server: paths and what they take are typed by its own description. */

import { ApiFault, ConnectionFault, isAbandoned } from './faults'
import type { paths } from './schema'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never
}[keyof paths]

type Operation<P extends keyof paths, M extends Method> = Exclude<paths[P][M], undefined>
type Parameters<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { parameters: infer Found } ? Found : never
/** The company of a path is the one that is looked at. */
type PathParameters<P extends keyof paths, M extends Method> =
  Parameters<P, M> extends { path: infer Found } ? Omit<Found, 'company_id'> : unknown
type Query<P extends keyof paths, M extends Method> =
  Parameters<P, M> extends { query?: infer Found } ? Partial<Exclude<Found, undefined>> : never
type JsonBody<P extends keyof paths, M extends Method> =
  Operation<P, M> extends {
    requestBody?: { content: { 'application/json': infer Body } }
  }
    ? Body
    : unknown

export type Wanted<P extends keyof paths, M extends Method> = {
  query?: Query<P, M>
  body?: JsonBody<P, M> | FormData
  /** Of another company than the one that is chosen; null: of the deployment. */
  company?: string | null
  signal?: AbortSignal
  /** Sent with a POST, so that sending it again does not do it again. */
  onceKey?: string
  /** The state that a change is meant for, as `ETag` named it. */
  ifMatch?: string
  /** Milliseconds; reading documents and trying agents out take longer than the rest. */
  timeout?: number
  /** As it comes, such as a table or a file. */
  raw?: boolean
} & (keyof PathParameters<P, M> extends never ? object : { path: PathParameters<P, M> })

interface Loose {
  path?: Record<string, string | number>
  query?: Record<string, unknown>
  body?: unknown
  company?: string | null
  signal?: AbortSignal
  onceKey?: string
  ifMatch?: string
  timeout?: number
  raw?: boolean
}

const TIMEOUT = 20_000

/** What the calls need of the one who is signed in. */
export const caller = {
  company: (): string | null => null,
  signedOut: (): void => undefined,
}

/* The answer's type is the one that the caller expects: the description names what is asked, not
   what is answered. */
export const get = <P extends PathWith<'get'>, T>(
  path: P,
  ...wanted: Asked<P, 'get'>
): Promise<T> => call('get', path, wanted[0])
export const post = <P extends PathWith<'post'>, T>(
  path: P,
  ...wanted: Asked<P, 'post'>
): Promise<T> => call('post', path, wanted[0])
export const put = <P extends PathWith<'put'>, T>(
  path: P,
  ...wanted: Asked<P, 'put'>
): Promise<T> => call('put', path, wanted[0])
export const patch = <P extends PathWith<'patch'>, T>(
  path: P,
  ...wanted: Asked<P, 'patch'>
): Promise<T> => call('patch', path, wanted[0])
export const remove = <P extends PathWith<'delete'>, T>(
  path: P,
  ...wanted: Asked<P, 'delete'>
): Promise<T> => call('delete', path, wanted[0])

type Asked<P extends keyof paths, M extends Method> =
  object extends Wanted<P, M> ? [wanted?: Wanted<P, M>] : [wanted: Wanted<P, M>]

/** Return the address of what is downloaded by a link: the cookie goes along by itself. */
export function addressOf<P extends PathWith<'get'>>(path: P, ...wanted: Asked<P, 'get'>): string {
  const { company = caller.company(), ...rest } = (wanted[0] ?? {}) as Loose
  return address(path, { ...rest, query: { ...rest.query, company_id: company } }, company)
}

async function call<T>(method: Method, path: string, given: unknown): Promise<T> {
  const wanted = (given ?? {}) as Loose
  const company = wanted.company === undefined ? caller.company() : wanted.company
  const response = await answered(address(path, wanted, company), {
    method: method.toUpperCase(),
    headers: headersOf(method, wanted, company),
    ...(wanted.body === undefined ? {} : { body: bodyOf(wanted.body) }),
    credentials: 'same-origin',
    signal: signalOf(wanted),
  })
  if (!response.ok) {
    const fault = new ApiFault(
      response.status,
      await bodyIn(response),
      response.headers.get('Retry-After'),
    )
    if (fault.status === 401 && path !== '/session') caller.signedOut()
    throw fault
  }
  return (wanted.raw ? response : await bodyIn(response)) as T
}

function address(path: string, wanted: Loose, company: string | null): string {
  const parts: Record<string, string | number> = { company_id: company ?? '', ...wanted.path }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parts[name] ?? ''),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(wanted.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      // eslint-disable-next-line @typescript-eslint/no-base-to-string -- Numbers, booleans, words.
      query.set(name, String(value))
    }
  }
  const asked = query.toString()
  return `/api${filled}${asked ? `?${asked}` : ''}`
}

function headersOf(method: Method, wanted: Loose, company: string | null): HeadersInit {
  return {
    Accept: 'application/json',
    // No form of another page can send this: a cookie alone changes nothing.
    'X-Clinicdesk-Panel': '1',
    ...(company === null ? {} : { 'X-Company-ID': company }),
    ...(wanted.body === undefined || wanted.body instanceof FormData
      ? {}
      : { 'Content-Type': 'application/json' }),
    ...(wanted.onceKey === undefined || method !== 'post'
      ? {}
      : { 'Idempotency-Key': wanted.onceKey }),
    ...(wanted.ifMatch === undefined ? {} : { 'If-Match': wanted.ifMatch }),
  }
}

function bodyOf(body: unknown): FormData | string {
  return body instanceof FormData ? body : JSON.stringify(body)
}

function signalOf(wanted: Loose): AbortSignal {
  const limit = AbortSignal.timeout(wanted.timeout ?? TIMEOUT)
  return wanted.signal ? AbortSignal.any([wanted.signal, limit]) : limit
}

async function answered(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (isAbandoned(error)) throw error
    throw new ConnectionFault('The server was not reached.', { cause: error })
  }
}

async function bodyIn(response: Response): Promise<unknown> {
  const text = await response.text()
  if (!response.headers.get('Content-Type')?.startsWith('application/json')) return text
  return JSON.parse(text)
}

/** Return a key for one deed of a person: however often it is sent, it is done once. */
export function newOnceKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

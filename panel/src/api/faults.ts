/** What can go wrong when the server is asked, for those who show it to a person. */

export class ApiFault extends Error {
  readonly status: number
  /** The server's class of error, such as `SlotTakenError`. */
  readonly kind: string
  /** What is wrong by field, such as `{ "treatments.3.price": "must be a number" }`. */
  readonly fields: Readonly<Record<string, string>>
  /** The whole body: a taken slot brings the next ones with it. */
  readonly body: unknown
  /** Seconds until it may be tried again, where the server says so. */
  readonly retryAfter: number | null

  constructor(status: number, body: unknown, retryAfter: string | null) {
    const told = (typeof body === 'object' && body !== null ? body : {}) as Partial<{
      error: string
      detail: string
      fields: Record<string, string>
    }>
    super(told.detail ?? `HTTP ${status}`)
    this.status = status
    this.kind = told.error ?? 'UnknownError'
    this.fields = told.fields ?? fieldIn(told.detail)
    this.body = body
    this.retryAfter = retryAfter === null ? null : Number.parseInt(retryAfter, 10) || null
  }
}

/** The server was not reached, or did not answer in time. */
export class ConnectionFault extends Error {}

/** Nobody waits for the answer any more. */
export function isAbandoned(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Of `name: must not be empty; hours.monday: ...` the fields; nothing of what is a sentence. */
function fieldIn(detail: string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (const part of detail?.split('; ') ?? []) {
    const [, field, words] = /^([a-z_]\w*(?:\.\w+)*): (.+)$/.exec(part) ?? []
    if (field === undefined || words === undefined) return {}
    found[field] = words
  }
  return found
}

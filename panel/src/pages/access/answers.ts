/** What the server answers of keys and of the trail of changes. */

export type KeyScope = 'admin' | 'company' | 'read'

export interface ApiKey {
  key_id: string
  company_id: string | null
  scope: KeyScope
  name: string
  created_at: string
  created_by: string | null
  expires_at: string | null
  expired: boolean
  last_used_at: string | null
}

export interface KeyList {
  keys: ApiKey[]
  total: number
}

/** The key itself is told this once. */
export interface NewKey extends ApiKey {
  api_key: string
}

export interface Difference {
  field: string
  from: string | number | boolean | null
  to: string | number | boolean | null
}

export interface Change {
  id: string
  at: string
  actor: string
  action: string
  target: string
  changes: { fields?: string[]; differences?: Difference[] } & Record<string, unknown>
}

export interface Trail {
  changes: Change[]
  /** Asks for the page after this one; null at the end. */
  before: string | null
}

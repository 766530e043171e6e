/** What the server answers of a company's documents. */

export interface DocumentRow {
  id: string
  filename: string
  title: string
  category: string
  chunks: number
  updated_at: string
  version: number
  state: 'ready' | 'embedding'
  percent: number
}

/** What was handed in and is no document yet, or failed to become one. */
export interface Upload {
  id: string
  filename: string
  state: 'waiting' | 'fetching' | 'reading' | 'embedding' | 'failed'
  percent: number
  reason: string | null
  url: string | null
  since: string
}

export interface DocumentPage {
  total: number
  page: number
  limit: number
  documents: DocumentRow[]
  waiting: Upload[]
}

export interface DocumentDetail extends DocumentRow {
  characters: number
  size: number
  media_type: string
}

export interface DocumentChange {
  action: string
  who: string
  at: string
  version: number
  reason: string
}

export interface Stats {
  total_documents: number
  total_chunks: number
  embedded_chunks: number
  categories: Record<string, number>
  megabytes: number
  max_documents: number
  max_megabytes: number
}

export interface Diagnostics {
  vectorstore_status: string
  vectorstore_healthy: boolean
  orphaned_vectors: number
  missing_chunks: number
  chunks_without_vectors: number
}

export interface SearchHit {
  content: string
  score: number
  document_id: string
  title: string
  /** False: too unsure to be told to a patient. */
  relevant?: boolean
}

export interface Gap {
  id: string
  question: string
  count: number
  last_asked: string
}

export interface Proposal {
  id: string
  question: string
  answer: string
  who: string
  at: string
}

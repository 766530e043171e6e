/** What the server answers of one conversation. */

import type { ConversationRow } from '@/api/answers'

export interface Line {
  role: 'user' | 'assistant' | 'human_agent'
  content: string
  timestamp: string
  agent?: string
  /** Ids of the chunks that the answer rests on. */
  passages?: string[]
  /** For which claims a draft was not sent. */
  blocked?: string[]
}

export interface Transcript extends Pick<
  ConversationRow,
  'user_id' | 'name' | 'channel' | 'chatwoot_url' | 'emergency' | 'waiting'
> {
  messages: Line[]
  total_messages: number
  conversation_id: number | null
}

export interface Standing {
  active: boolean
  paused_by: 'human' | 'handoff' | 'operator' | null
  status: string | null
  human_assigned: boolean
}

/** What a patient was shown or agreed to. */
export interface Consent {
  text: string
  how: string
  by: string
  at: string
}

/** A conversation's turns as they were kept, for who wants to know how an answer came about. */

export interface Moment {
  checkpoint_id: string
  created_at: string
}

export interface History {
  checkpoints: Moment[]
  /** What to ask for next; null at the beginning of what is kept. */
  before: string | null
}

interface Kept {
  role: 'user' | 'assistant' | 'tool' | 'system'
  content: string
  name?: string
  tool_calls?: { name: string; args: Record<string, unknown> }[]
}

export interface Past {
  checkpoint_id: string
  created_at: string
  source: string
  agent: string
  reply: string
  messages: Kept[]
  values: {
    route?: { reason?: string; score?: number; red_flag?: string }
    tools_used?: string[]
    passages?: string[]
    blocked?: string[]
  } & Record<string, unknown>
  metadata: Record<string, unknown>
}

export interface Run {
  branch: string
  thread_id: string
  state: Past
  milliseconds: number
}

/** What the patient wrote last; empty where nothing of theirs is kept. */
export function askedIn(past: Past): string {
  return past.messages.findLast((one) => one.role === 'user')?.content ?? ''
}

/** What was said last, by whomever. */
export const lastIn = (past: Past): string => past.messages.at(-1)?.content ?? ''

/** What tools were asked and what they said, since the patient wrote. */
export function stepsOf(past: Past): Kept[] {
  const from = past.messages.findLastIndex((one) => one.role === 'user')
  return past.messages.slice(from + 1).filter((one) => one.tool_calls || one.role === 'tool')
}

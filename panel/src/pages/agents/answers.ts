/** What the server answers of agents and of what the clinic asks of them. */

export const AGENTS = [
  'router',
  'emergency',
  'sales',
  'support',
  'schedule',
  'availability',
] as const
export type AgentName = (typeof AGENTS)[number]

/** They cannot be switched off: one sees danger, the other answers it. */
export const ALWAYS: readonly AgentName[] = ['router', 'emergency']

export interface PromptRow {
  agent: AgentName
  takes_wishes: boolean
  version: number | null
  wish: string
}

export interface Version {
  version: number
  text: string
  /** Null for what the clinic began with. */
  written_at: string | null
  written_by: string
  note: string
}

export interface Prompt extends Partial<Version> {
  agent: AgentName
  takes_wishes: boolean
  /** As it ships, its places unfilled; and the whole as the model is told. */
  shipped: string
  prompt: string
  wish?: string
  longest?: number
}

export interface Preview {
  prompt: string
  turn?: {
    reply: string
    agent: AgentName
    tools_used: string[]
    blocked: string[]
    model: string
    milliseconds: number
  }
}

/** Agents, tools, reasons, channels and dangers in words; what no text names keeps its own name. */

import { words } from '@/words/words'

function inWords(key: string, name: string): string {
  return words.global.te(key, 'es') ? words.global.t(key) : name
}

export const agentWords = (agent: string): string => inWords(`conversation.agents.${agent}`, agent)
export const groupWords = (group: string): string => inWords(`conversation.groups.${group}`, group)
export const toolWords = (tool: string): string => inWords(`try.tools.${tool}`, tool)
export const whyWords = (reason: string): string => inWords(`conversation.turns.why.${reason}`, '')
export const channelWords = (channel: string): string =>
  inWords(`conversation.channels.${channel}`, channel)

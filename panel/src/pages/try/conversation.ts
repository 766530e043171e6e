/** One conversation of somebody who tries the clinic out: what was said, and what the agents do meanwhile. */

import { reactive } from 'vue'
import { eventsIn } from '@/api/events'
import { newOnceKey, post } from '@/api/call'
import { ApiFault } from '@/api/faults'

export interface Said {
  who: 'patient' | 'clinic'
  text: string
  agent?: string
  model?: string
  tools?: string[]
  handedOver?: boolean
  redFlag?: string | null
  milliseconds?: number
}

export interface Option {
  title: string
  value: string
}

interface Reply {
  agent_used: string
  bot_response: string
  model: string
  tools_used: string[]
  options: Option[]
  handoff: object | null
  red_flag: string | null
  milliseconds: number
}

export interface Trial {
  userId: string
  said: Said[]
  options: Option[]
  /** The agent and the tool that are at work; empty when nobody is. */
  agent: string
  tool: string
  busy: boolean
  fault: unknown
}

const LONGEST = 60_000 // milliseconds for one turn

export function newTrial(): Trial {
  return reactive({
    userId: `panel-${newOnceKey().slice(0, 10)}`,
    said: [],
    options: [],
    agent: '',
    tool: '',
    busy: false,
    fault: undefined,
  })
}

/** Say something as the patient, and follow the turn until it is answered. `shown` is what a button says. */
export async function say(trial: Trial, text: string, shown = text): Promise<void> {
  trial.said.push({ who: 'patient', text: shown })
  Object.assign(trial, { options: [], busy: true, fault: undefined })
  try {
    const response: Response = await post('/conversations/{user_id}/stream', {
      path: { user_id: trial.userId },
      body: { message: text },
      onceKey: newOnceKey(),
      timeout: LONGEST,
      raw: true,
    })
    for await (const event of eventsIn(response)) follow(trial, event.name, event.data)
  } catch (error) {
    trial.fault = error
  } finally {
    Object.assign(trial, { busy: false, agent: '', tool: '' })
  }
}

function follow(trial: Trial, name: string, data: unknown): void {
  if (name === 'router') trial.agent = (data as { agent: string }).agent
  else if (name === 'tool') {
    const { name: tool, state } = data as { name: string; state: string }
    trial.tool = state === 'started' ? tool : ''
  } else if (name === 'reply') answered(trial, data as Reply)
  else if (name === 'error') throw new ApiFault(500, data, null)
}

function answered(trial: Trial, reply: Reply): void {
  trial.said.push({
    who: 'clinic',
    text: reply.bot_response,
    agent: reply.agent_used,
    model: reply.model,
    tools: reply.tools_used,
    handedOver: reply.handoff !== null,
    redFlag: reply.red_flag,
    milliseconds: reply.milliseconds,
  })
  trial.options = reply.options
}

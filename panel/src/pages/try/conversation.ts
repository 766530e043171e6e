/** One conversation of somebody who tries the clinic out: what was said, and what the agents do meanwhile. */

import { reactive } from 'vue'
import { eventsIn } from '@/api/events'
import { newOnceKey, post } from '@/api/call'
import { ApiFault } from '@/api/faults'

export type Medium = 'voice' | 'image'

export interface Sent {
  medium: Medium
  name: string
  /** Where the photo is shown from. */
  picture?: string
  /** What was heard or seen in it. */
  read?: string
}

export interface Said {
  who: 'patient' | 'clinic'
  text: string
  file?: Sent
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

interface MediaReply {
  agent_used: string
  handoff: boolean
  emergency: string | null
  /** Of a voice note: what was heard, and the answer. */
  transcription?: string
  bot_response?: string
  /** Of a photo: what was seen, and the answer. */
  analysis?: string
  recommendation?: string
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

/** Let go of the photos that were shown. */
export function forget(trial: Trial): void {
  for (const { file } of trial.said) if (file?.picture) URL.revokeObjectURL(file.picture)
}

/** Say something as the patient, and follow the turn until it is answered. `shown` is what a button says. */
export async function say(trial: Trial, text: string, shown = text): Promise<void> {
  trial.said.push({ who: 'patient', text: shown })
  await turn(trial, async () => {
    const response: Response = await post('/conversations/{user_id}/stream', {
      path: { user_id: trial.userId },
      body: { message: text },
      onceKey: newOnceKey(),
      timeout: LONGEST,
      raw: true,
    })
    for await (const event of eventsIn(response)) follow(trial, event.name, event.data)
  })
}

/** Send a voice note, or a photo with what is written to it, as the patient. */
export async function send(trial: Trial, medium: Medium, file: File, text = ''): Promise<void> {
  const sent: Sent = reactive({
    medium,
    name: file.name,
    ...(medium === 'image' ? { picture: URL.createObjectURL(file) } : {}),
  })
  trial.said.push({ who: 'patient', text, file: sent })
  const body = new FormData()
  body.append('user_id', trial.userId)
  body.append(medium === 'voice' ? 'audio' : 'image', file)
  if (text) body.append('message', text)
  await turn(trial, async () => {
    const wanted = { body, onceKey: newOnceKey(), timeout: LONGEST }
    const reply: MediaReply =
      medium === 'voice'
        ? await post('/multimedia/process-voice', wanted)
        : await post('/multimedia/process-image', wanted)
    sent.read = reply.transcription ?? reply.analysis ?? ''
    trial.said.push({
      who: 'clinic',
      text: reply.bot_response ?? reply.recommendation ?? '',
      agent: reply.agent_used,
      handedOver: reply.handoff,
      redFlag: reply.emergency,
    })
  })
}

async function turn(trial: Trial, deed: () => Promise<void>): Promise<void> {
  Object.assign(trial, { options: [], busy: true, fault: undefined })
  try {
    await deed()
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

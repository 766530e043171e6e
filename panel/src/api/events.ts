/** Reads Server-Sent Events of an answer that is still being written. */

export interface ServerEvent {
  name: string
  data: unknown
}

/** Yield each event as it comes; comments, which only keep the line open, are left out. */
export async function* eventsIn(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const parts = (rest + value).replaceAll('\r\n', '\n').split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const event = eventOf(part)
      if (event) yield event
    }
  }
}

function eventOf(text: string): ServerEvent | null {
  let name = 'message'
  const data: string[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('event:')) name = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).trimStart())
  }
  return data.length ? { name, data: JSON.parse(data.join('\n')) as unknown } : null
}

/** Puts what overlaps beside each other. */

export interface Placed<T> {
  one: T
  start: number
  end: number
  lane: number
  /** How many stand beside each other where this one does. */
  lanes: number
}

/** Return each with its lane; `times` gives start and end in whatever unit. */
export function inLanes<T>(all: T[], times: (one: T) => [number, number]): Placed<T>[] {
  const placed: Placed<T>[] = []
  let together: Placed<T>[] = []
  let until = -Infinity
  const sorted = all
    .map((one) => ({ one, times: times(one) }))
    .sort((a, b) => a.times[0] - b.times[0] || b.times[1] - a.times[1])
  for (const {
    one,
    times: [start, end],
  } of sorted) {
    if (start >= until) together = []
    const busy = new Set(together.filter((other) => other.end > start).map((other) => other.lane))
    let lane = 0
    while (busy.has(lane)) lane += 1
    const mine = { one, start, end, lane, lanes: 1 }
    together.push(mine)
    placed.push(mine)
    until = Math.max(until, end)
    const lanes = Math.max(...together.map((other) => other.lane)) + 1
    for (const other of together) other.lanes = lanes
  }
  return placed
}

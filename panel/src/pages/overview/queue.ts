/** What waits, runs and is parked, as the server answers it. */

export interface ParkedWork {
  id: string
  user_id: string
  reason: string
  since: string
}

export interface Queue {
  waiting: number
  running: number
  parked: number
  parked_work: ParkedWork[]
}

/** Who is signed in, and which company they look at. The key itself is never kept: a cookie stands for it. */

import { computed, reactive } from 'vue'
import { caller, get, post, remove } from './api/call'
import { ApiFault } from './api/faults'

export interface Company {
  company_id: string
  company_name: string
  time_zone: string
  currency: string
  country: string
  languages: string[]
}

export interface Told {
  who: string
  key_name: string | null
  scope: 'admin' | 'company' | 'read'
  /** Null: somebody of the deployment. */
  company_id: string | null
  companies: Company[]
}

const CHOSEN = 'clinicdesk.company'

const state = reactive<{
  told: Told | null
  asked: boolean
  fault: unknown
  chosen: string | null
}>({
  told: null,
  asked: false,
  fault: null,
  // Two tabs may look at two companies; a new one begins with the last.
  chosen: sessionStorage.getItem(CHOSEN) ?? localStorage.getItem(CHOSEN),
})

const company = computed<Company | null>(() => {
  const mine = state.told?.companies ?? []
  return mine.find((one) => one.company_id === state.chosen) ?? mine[0] ?? null
})

export const session = {
  get told(): Told | null {
    return state.told
  },
  /** True once the server said whether somebody is signed in. */
  get asked(): boolean {
    return state.asked
  },
  /** Why it could not be asked whether somebody is signed in. */
  get fault(): unknown {
    return state.fault
  },
  get companies(): Company[] {
    return state.told?.companies ?? []
  },
  get company(): Company | null {
    return company.value
  },
  get administrator(): boolean {
    return state.told?.scope === 'admin'
  },
  /** False for a key that only reads: buttons that change something are not shown then. */
  get writes(): boolean {
    return state.told !== null && state.told.scope !== 'read'
  },
  choose(companyId: string): void {
    state.chosen = companyId
    sessionStorage.setItem(CHOSEN, companyId)
    localStorage.setItem(CHOSEN, companyId)
  },
  /** Ask whether somebody is signed in, which also keeps the session for hours more. */
  async ask(): Promise<void> {
    try {
      state.told = await get('/session', { company: null })
      state.asked = true
    } catch (error) {
      if (!(error instanceof ApiFault) || error.status !== 401) throw error
      state.told = null
      state.asked = true
    }
  },
  /** Ask once, before the first page; what is wrong then is kept for who shows it. */
  async askFirst(): Promise<void> {
    try {
      await session.ask()
      state.fault = null
    } catch (error) {
      state.fault = error
    }
  },
  async signIn(apiKey: string): Promise<void> {
    state.told = await post('/session', { company: null, body: { api_key: apiKey } })
    state.asked = true
  },
  async signOut(): Promise<void> {
    await remove('/session', { company: null })
    state.told = null
  },
  /** The server says that the session is over. */
  ended(): void {
    state.told = null
  },
}

caller.company = () => company.value?.company_id ?? null

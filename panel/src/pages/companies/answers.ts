/** What the server answers of the deployment's companies. */

export interface Inactive {
  company_id: string
  company_name: string | null
  since: string
  written_by: string
}

export interface Companies {
  inactive: Inactive[]
  /** By company; of those that were looked at. */
  health: Record<string, 'healthy' | 'degraded' | 'unhealthy'>
  /** Not served as they are stored, with why. */
  faulty: Record<string, string>
}

export interface HealthOfAll {
  companies: Record<string, { status: Companies['health'][string] }>
  faulty: Record<string, string>
}

export interface Row {
  company_id: string
  company_name: string
  active: boolean
}

export interface Looked {
  company_id: string
  company_name: string
  treatments: number
  staff: number
}

export interface Removed {
  company_id: string
  appointments: unknown[]
}

import { byName } from './byName'

export default byName(import.meta.glob('./pt/*.json', { eager: true, import: 'default' }))

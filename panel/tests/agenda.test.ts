import { beforeAll, expect, test } from 'vitest'
import { inLanes } from '@/pages/agenda/lanes'
import { mondayOf, plusDays } from '@/pages/agenda/days'
import { api, keyOf, newClinic, open, press, shows, type } from './clinic'

interface Slot {
  slot_id: string
  start: string
  staff_id: string
}

const HERE = '?company_id=citas'
let free: Slot[] = []
let day = ''

async function book(slot: Slot | undefined, name: string, phone: string): Promise<void> {
  const patient = { name, phone }
  await api('POST', `/appointments${HERE}`, { slot_id: slot?.slot_id, patient, exempt: true })
}

/** Days far from today: whether one has begun is no matter then. */
beforeAll(async () => {
  await newClinic('citas')
  const from = plusDays(mondayOf(new Date().toISOString().slice(0, 10)), 15)
  const found = await api<{ slots: Slot[] }>(
    'GET',
    `/availability${HERE}&treatment=valoracion&from=${from}&staff=andres-mejia`,
  )
  free = found.slots
  day = free[0]?.start.slice(0, 10) ?? ''
  await book(free[0], 'Lucía Prada', '3015550111')
})

test('a visit is booked, and a time that somebody else took meanwhile leads to the next ones', async () => {
  const panel = await open(`/agenda?view=day&day=${day}`, await keyOf('citas'))
  await shows(panel, /Lucía Prada/)
  await press(panel, 'Nueva cita')
  await type(panel, 'Tratamiento', 'valoracion')
  await type(panel, 'Con quién', 'andres-mejia')
  await shows(panel, /\d+ libres/)
  await panel.findAll('dialog input[type="radio"]')[0]?.setValue()
  await type(panel, 'Nombre', 'Pedro Ruiz')
  await type(panel, 'Teléfono', '301')
  await panel.get('dialog form').trigger('submit')
  await shows(panel, 'Ese teléfono no está completo')

  const wanted = panel.get('.chosen').text()
  const taken = await api<{ slots: Slot[] }>(
    'GET',
    `/availability${HERE}&treatment=valoracion&from=${day}&staff=andres-mejia`,
  )
  await book(taken.slots[0], 'Quien llegó antes', '3015550112')
  await type(panel, 'Teléfono', '3015550113')
  await panel.get('dialog form').trigger('submit')
  await shows(panel, 'Lo más cercano que está libre')
  await panel
    .findAll('dialog button')
    .find((one) => / · Dr/.test(one.text()))
    ?.trigger('click')
  expect(panel.get('.chosen').text()).not.toBe(wanted)
  await panel.get('dialog form').trigger('submit')

  await shows(panel, 'La cita de Pedro Ruiz quedó agendada.')
  await expect.poll(() => panel.find('dialog[open]').exists()).toBe(false)
  await expect
    .poll(() =>
      panel
        .findAll('.visit')
        .map((one) => one.text())
        .join(),
    )
    .toContain('Pedro')
})

test('a visit is moved and cancelled, and who cannot be written to is to be called', async () => {
  await book(free[20], 'Sofía Restrepo', '3015550114')
  const at = free[20]?.start.slice(0, 10) ?? ''
  const panel = await open(`/agenda?view=list&day=${at}`, await keyOf('citas'))
  await shows(panel, 'Sofía Restrepo')
  const mine = panel.findAll('.visit').find((one) => one.text().includes('Sofía'))
  await mine?.trigger('click')
  await press(panel, 'Mover la cita')
  await shows(panel, 'llámelo al +573015550114')
  await expect.poll(() => panel.findAll('dialog input[type="radio"]').length).toBeGreaterThan(1)
  await panel.findAll('dialog input[type="radio"]').at(-1)?.setValue()
  await press(panel, 'Mover la cita')
  await shows(panel, 'La cita quedó en su nueva hora')

  await expect.poll(() => panel.findAll('dialog[open]').length).toBe(1)
  await press(panel, 'Cancelar la cita')
  await panel.get('dialog[open] button.danger').trigger('click')
  await shows(panel, 'La cita de Sofía Restrepo quedó cancelada.')
  await expect
    .poll(() =>
      panel
        .findAll('.visit')
        .map((one) => one.text())
        .join(),
    )
    .not.toContain('Sofía')
})

async function notes(): Promise<string | undefined> {
  const { appointments } = await api<{ appointments: { patient: { notes: string } }[] }>(
    'GET',
    `/appointments${HERE}&from=${day}&to=${day}`,
  )
  return appointments[0]?.patient.notes
}

test('notes are kept, and what was typed is not lost by closing', async () => {
  const panel = await open(`/agenda?view=list&day=${day}`, await keyOf('citas'))
  await shows(panel, 'Lucía Prada')
  await panel.get('.visit').trigger('click')
  await panel.get('dialog textarea').setValue('Viene con su hija')
  await panel.get('dialog[open] header button').trigger('click')
  await shows(panel, 'no se ha guardado')
  await press(panel, 'Seguir aquí')
  await panel.get('dialog form').trigger('submit')

  await expect.poll(notes).toBe('Viene con su hija')
})

test('who may only read changes nothing, and another clinic sees nobody', async () => {
  const panel = await open(`/agenda?view=list&day=${day}`, await keyOf('citas', 'read'))
  await shows(panel, 'Lucía Prada')
  await panel.get('.visit').trigger('click')
  expect(panel.text()).not.toMatch(/Nueva cita|Mover|Cancelar la cita/)

  const other = await open(`/agenda?view=list&day=${day}`, await keyOf('medispa'))
  await shows(other, 'No hay citas en estos días')
})

test('a calendar link is shown once', async () => {
  const panel = await open('/agenda', await keyOf('citas'))
  await press(panel, 'Calendarios')
  await shows(panel, 'Crear enlace')
  await press(panel, 'Crear enlace')
  await shows(panel, 'El enlace de Natalia Ospina está listo')
  expect(panel.get('dialog code').text()).toMatch(/\.ics$/)
})

test('what overlaps stands beside each other, what follows below', () => {
  const placed = inLanes(
    [
      [9, 11],
      [9, 10],
      [10, 12],
      [12, 13],
    ] as [number, number][],
    (one) => one,
  )

  expect(placed.map(({ lane, lanes }) => [lane, lanes])).toEqual([
    [0, 2],
    [1, 2],
    [1, 2],
    [0, 1],
  ])
  expect(mondayOf('2027-01-03')).toBe('2026-12-28')
})

import type { VueWrapper } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import type { Definition } from '@/pages/offer/definition'
import { newId } from '@/pages/offer/definition'
import { api, keyOf, newClinic, open, press, shows, type } from './clinic'

beforeAll(() => newClinic('oferta'))

async function openLine(panel: VueWrapper, name: string): Promise<void> {
  await shows(panel, name)
  await panel
    .findAll('.line')
    .find((one) => one.text().includes(name))
    ?.trigger('click')
}

async function tab(panel: VueWrapper, title: string): Promise<void> {
  await shows(panel, title)
  await expect.poll(() => panel.find('[role="tab"]').exists()).toBe(true)
  const tabs = panel.findAll('[role="tab"]')
  await tabs.find((one) => one.text() === title)?.trigger('click')
}

const submit = (panel: VueWrapper): Promise<void> =>
  panel.get('dialog[open] form').trigger('submit')

async function kept(): Promise<Definition> {
  const found = await api<{ definition: Definition }>('GET', '/companies/oferta/definition')
  return found.definition
}

test('a price that is changed is the one that is told, and all else stays as it was', async () => {
  const before = (await kept()).treatments?.find((one) => one.id === 'hidrafacial')
  const panel = await open('/offer', await keyOf('oferta'))
  await openLine(panel, 'Hidrafacial')
  await type(panel, 'Precio', 'from')
  await type(panel, 'Valor', '345000')
  await shows(panel, /Los agentes dirán: desde \$\s*345.000/)
  await submit(panel)
  await shows(panel, 'Los agentes ya responden con esto')

  await shows(panel, /desde \$\s*345.000/)
  const after = (await kept()).treatments?.find((one) => one.id === 'hidrafacial')
  expect(after).toEqual({ ...before, price: 345000, price_from: true })
})

test('a new treatment that fits into nobody’s hours is saved with a warning', async () => {
  const panel = await open('/offer', await keyOf('oferta'))
  await shows(panel, 'Hidrafacial')
  await press(panel, 'Nuevo tratamiento')
  await type(panel, 'Nombre', 'Día de spa')
  await type(panel, 'Precio', 'valued')
  await type(panel, 'Duración', '900')
  await submit(panel)

  await shows(panel, '«Día de spa» no cabe en el horario de nadie')
  const made = (await kept()).treatments?.at(-1)
  expect(made).toEqual({ id: 'dia-de-spa', name: 'Día de spa', price: null, duration_minutes: 900 })
})

test('what is wrong stands beside its field', async () => {
  const panel = await open('/offer', await keyOf('oferta'))
  await openLine(panel, 'Peeling')
  await type(panel, 'Duración', '0')
  await type(panel, 'Días entre sesiones', '900')
  await submit(panel)

  await shows(panel, /Días entre sesiones.*0 si pueden ser seguidas\.\s*Ese número no es posible/s)
  await shows(panel, 'Hay datos que corregir')
})

test('what somebody else changed meanwhile is not written over', async () => {
  const panel = await open('/offer', await keyOf('oferta'))
  await openLine(panel, 'Limpieza facial')
  await type(panel, 'Nombre', 'Limpieza facial de siempre')
  await api('PATCH', '/companies/oferta', { address: 'Calle 10 # 20-30' })
  await submit(panel)
  await shows(panel, 'Alguien más cambió la configuración')
  await press(panel, 'Cargar lo nuevo')
  await expect.poll(() => panel.find('.stale').exists()).toBe(false)
  await submit(panel)

  await shows(panel, 'Limpieza facial de siempre')
  expect((await kept()).address).toBe('Calle 10 # 20-30')
})

test('who leaves is taken from what they did, and what nobody else does is not booked', async () => {
  const panel = await open('/offer', await keyOf('oferta'))
  await shows(panel, 'Hidrafacial')
  await tab(panel, 'Equipo')
  const card = panel.findAll('.card').find((one) => one.text().includes('Natalia Ospina'))
  await card?.get('button').trigger('click')
  await press(panel, 'Ya no trabaja aquí')
  await shows(panel, /Nadie más los hace.*Depilación láser, axilas/s)
  await panel.get('dialog[open] button.danger').trigger('click')
  await expect.poll(() => panel.text()).not.toContain('Natalia Ospina')

  const { staff, treatments } = await kept()
  expect(staff?.map((one) => one.id)).not.toContain('natalia-ospina')
  expect(treatments?.find((one) => one.name === 'Depilación láser, axilas')?.bookable).toBe(false)
  expect(treatments?.find((one) => one.name === 'Radiofrecuencia facial')?.staff).toEqual([
    'laura-gomez',
  ])
})

test('a day off is closed, and a day without hours too', async () => {
  const panel = await open('/offer', await keyOf('oferta'))
  await tab(panel, 'Horario')
  await shows(panel, /sábado\s*08:00\s–\s14:00/)
  await press(panel, 'Editar')
  const saturday = panel.get('[role="group"][aria-label="sábado"]')
  await saturday.get('button[aria-label="Quitar estas horas"]').trigger('click')
  const dates = panel.findAll('dialog[open] input[type="date"]')
  await dates[0]?.setValue('2030-03-04')
  await dates[1]?.setValue('2030-03-05')
  await press(panel, 'Agregar')
  await submit(panel)
  await expect.poll(() => panel.find('dialog[open]').exists()).toBe(false)

  const { hours } = await kept()
  expect(hours?.week).not.toHaveProperty('saturday')
  expect(hours?.week?.monday).toHaveLength(2)
  expect(hours?.special_days?.map((one) => one.day).slice(-2)).toEqual(['2030-03-04', '2030-03-05'])
})

test('who may only read sees all and changes nothing, and another clinic is another', async () => {
  const panel = await open('/offer', await keyOf('oferta', 'read'))
  await openLine(panel, 'Hidrafacial')
  expect(panel.get('dialog[open] fieldset').attributes()).toHaveProperty('disabled')
  expect(panel.text()).not.toMatch(/Guardar|Nuevo tratamiento|Quitar de la oferta/)

  const other = await open('/offer', await keyOf('dental'))
  await shows(other, 'Valoración odontológica')
  expect(other.text()).not.toContain('Hidrafacial')
})

test('an id is made of a name, and never one that is taken', () => {
  expect(newId('  Ácido hialurónico (labios) ', [])).toBe('acido-hialuronico-labios')
  expect(newId('Piel', [{ id: 'piel' }, { id: 'piel-2' }])).toBe('piel-3')
  expect(newId('¡¡¡', [])).toBe('nuevo')
})

import { flushPromises, mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { ApiFault } from '@/api/faults'
import { useAsked } from '@/api/asked'
import ConfirmDialog from '@/pieces/ConfirmDialog.vue'
import FormField from '@/pieces/FormField.vue'
import LoadedBlock from '@/pieces/LoadedBlock.vue'
import TabList from '@/pieces/TabList.vue'
import { defineComponent, h } from 'vue'

test('a deed that fails stays on the screen with its reason until it is done', async () => {
  let tries = 0
  const dialog = mount(ConfirmDialog, {
    attachTo: document.body,
    props: {
      open: true,
      title: 'Cancelar la cita',
      text: 'La cita de Laura el lunes a las 8:00 se cancela y la hora queda libre.',
      action: 'Cancelar la cita',
      deed: () => {
        tries += 1
        return tries === 1
          ? Promise.reject(new ApiFault(409, { error: 'AgendaError', detail: 'too late' }, null))
          : Promise.resolve()
      },
      'onUpdate:open': (open: boolean) => dialog.setProps({ open }),
    },
  })
  const press = async (): Promise<void> => {
    await dialog.get('button.danger').trigger('click')
    await flushPromises()
  }

  await press()
  expect(dialog.get('[role=alert]').text()).toContain('no se puede hacer en este momento')
  expect(dialog.get('dialog').element.open).toBe(true)

  await press()
  expect(tries).toBe(2)
  expect(dialog.props('open')).toBe(false)
})

test('a field is tied to its label, its hint and its fault', () => {
  const field = mount(FormField, {
    props: { label: 'Nombre', hint: 'Como lo ven los pacientes', fault: 'Falta' },
    slots: { default: (given: { field: object }) => h('input', given.field) },
  })
  const input = field.get('input')

  expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
  expect(input.attributes('aria-invalid')).toBe('true')
  for (const id of (input.attributes('aria-describedby') ?? '').split(' ')) {
    expect(field.find(`[id="${id}"]`).exists()).toBe(true)
  }
})

test('arrow keys lead from tab to tab and round', async () => {
  const tabs = mount(TabList, {
    attachTo: document.body,
    props: {
      label: 'Partes',
      tabs: ['uno', 'dos', 'tres'].map((name) => ({ name, title: name })),
      modelValue: 'uno',
      'onUpdate:modelValue': (modelValue: string) => tabs.setProps({ modelValue }),
    },
  })

  await tabs.get('[aria-selected=true]').trigger('keydown', { key: 'ArrowLeft' })

  expect(tabs.props('modelValue')).toBe('tres')
  expect(document.activeElement?.textContent).toContain('tres')
  expect(tabs.findAll('[role=tab][tabindex="0"]')).toHaveLength(1)
})

test('what cannot be loaded says why and is asked again', async () => {
  let tries = 0
  const page = defineComponent({
    setup() {
      const asked = useAsked(() => {
        tries += 1
        return tries === 1
          ? Promise.reject(new ApiFault(503, {}, null))
          : Promise.resolve('las citas')
      })
      return () =>
        h(LoadedBlock<string>, { asked }, { default: ({ data }: { data: string }) => data })
    },
  })
  const shown = mount(page)
  expect(shown.find('[role=status]').exists()).toBe(true)
  await flushPromises()
  expect(shown.text()).toContain('no está disponible')

  await shown.get('button').trigger('click')
  await flushPromises()

  expect(shown.text()).toBe('las citas')
})

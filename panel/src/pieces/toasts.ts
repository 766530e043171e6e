/** Short notes that something was done, or could not be; read aloud and gone by themselves. */

import { reactive } from 'vue'
import { faultWords } from '@/words/faultWords'

export interface Toast {
  id: number
  tone: 'good' | 'danger'
  text: string
}

const SHOWN = 5_000
const SHOWN_FAULT = 12_000

export const toasts = reactive<Toast[]>([])
let last = 0

function show(tone: Toast['tone'], text: string, milliseconds: number): void {
  const id = (last += 1)
  toasts.push({ id, tone, text })
  setTimeout(() => dismiss(id), milliseconds)
}

export const tellDone = (text: string): void => show('good', text, SHOWN)
export const tellFault = (error: unknown): void => show('danger', faultWords(error), SHOWN_FAULT)

export function dismiss(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id)
  if (at >= 0) toasts.splice(at, 1)
}

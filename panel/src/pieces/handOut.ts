/** Give a person a file with what was answered; it is kept nowhere else. */
export function handOut(name: string, content: unknown): void {
  const text = JSON.stringify(content, null, 2)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Without WhatsApp's signs for bold and slanted. */
export function plain(text: string): string {
  return text.replace(/(?<!\w)([*_])(.+?)\1(?!\w)/g, '$2')
}

/** What a page's file of texts holds: sentences by name, some in groups. */
export interface Texts {
  [name: string]: string | Texts
}

/** Return files of texts by their name: `./es/overview.json` as `overview`. */
export function byName(files: Record<string, unknown>): Record<string, Texts> {
  return Object.fromEntries(
    Object.entries(files).map(([path, texts]) => [
      path.replace(/^.*\/(.+)\.json$/, '$1'),
      texts as Texts,
    ]),
  )
}

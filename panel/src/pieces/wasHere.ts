let before = false

/** Say whether a page was shown before this one: the first keeps the focus where the browser puts it. */
export function wasHere(): boolean {
  const answer = before
  before = true
  return answer
}

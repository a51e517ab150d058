// The lines of a text, as line feeds end them alone. Used by `verify-export.ts`.
/** Node's `readline` ends one at U+2028 and U+2029, too, which JSON leaves as they are in a text. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ""
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    yield* lines
  }
  if (rest !== "") yield rest
}

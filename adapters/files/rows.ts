// The rows of a CSV file (RFC 4180, UTF-8, commas) in batches, and its hash: however large it is, a piece of it at a time.
// Used inside adapters/files.
import { createHash } from "node:crypto"
import type { FileHandle } from "node:fs/promises"
import { pipeline } from "node:stream"
import { parse } from "csv-parse"

/** `null` is an empty cell; a quoted one (`""`) is an empty text. */
export type Cells = ReadonlyArray<string | null>

/** A quote that is never closed would have the rest of the file be one cell. */
const largestRow = 1_000_000

const batch = 1_000

export const digestOf = async (file: FileHandle): Promise<string> => {
  const hash = createHash("sha256")
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) hash.update(chunk)
  return hash.digest("hex")
}

/** The first row is that of the columns' names. */
export async function* batchesOf(file: FileHandle): AsyncGenerator<ReadonlyArray<Cells>> {
  const parser = parse({
    bom: true,
    cast: (text, { quoting }) => (text === "" && !quoting ? null : text),
    max_record_size: largestRow,
    skip_empty_lines: true
  })
  // Its end, good or bad, is the parser's.
  pipeline(file.createReadStream({ start: 0, autoClose: false }), parser, () => undefined)
  let rows: Array<Cells> = []
  for await (const cells of parser) {
    rows.push(cells)
    if (rows.length < batch) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

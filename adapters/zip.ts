// A ZIP file that is the same, byte for byte, whenever and wherever it is written of the same entries. Used by what writes
// archives and spreadsheets.
import { createWriteStream } from "node:fs"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { ZipFile } from "yazl"

/** The first day that it can hold, by the clock of whoever reads it: no time zone shows. */
const always = { mtime: new Date(1980, 0, 1), mode: 0o100_644, forceDosTimestamp: true }

/** What an entry is made of: bytes, or a file of that path. */
export type Content = Uint8Array | { readonly path: string }

/** In order of name. What fails while it is read fails `taken`, too. */
const zipped = async <A>(
  entries: ReadonlyMap<string, Content>,
  taken: (stream: NodeJS.ReadableStream) => Promise<A>
): Promise<A> => {
  const file = new ZipFile()
  const failed = new Promise<never>((_, reject) => void file.once("error", reject))
  for (const [name, content] of [...entries].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (content instanceof Uint8Array) file.addBuffer(Buffer.from(content), name, always)
    else file.addFile(content.path, name, always)
  }
  file.end()
  return Promise.race([failed, taken(file.outputStream)])
}

export const zip = (entries: ReadonlyMap<string, Content>): Promise<Uint8Array> => zipped(entries, buffer)

export const writeZip = (output: string, entries: ReadonlyMap<string, Content>): Promise<void> =>
  zipped(entries, (stream) => pipeline(stream, createWriteStream(output)))

// An archive of files that is the same, byte for byte, whenever and wherever it is written; and reading one. Used by
// adapters/audit.
import { createWriteStream } from "node:fs"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { type ZipFile as Opened, openPromise } from "yauzl"
import { ZipFile } from "yazl"
import { type Fault, faultsOf } from "./archive-layout.ts"

/** The first day that an archive can hold, by the clock of whoever reads it: no time zone shows. */
const always = { mtime: new Date(1980, 0, 1), mode: 0o100_644, forceDosTimestamp: true }

/** What an entry is made of: bytes, or a file of that path. */
export type Content = Uint8Array | { readonly path: string }

/** In order of name. */
export const writeArchive = async (output: string, entries: ReadonlyMap<string, Content>): Promise<void> => {
  const zip = new ZipFile()
  const failed = new Promise<never>((_, reject) => void zip.once("error", reject))
  for (const [name, content] of [...entries].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (content instanceof Uint8Array) zip.addBuffer(Buffer.from(content), name, always)
    else zip.addFile(content.path, name, always)
  }
  zip.end()
  await Promise.race([failed, pipeline(zip.outputStream, createWriteStream(output))])
}

/** An archive that is open; each entry is read as a stream. */
export interface Archive {
  readonly names: ReadonlyArray<string>
  /** What in it is no file of its own name. */
  readonly faults: ReadonlyArray<Fault>
  readonly open: (name: string) => Promise<Readable>
  readonly close: () => void
}

export const openArchive = async (path: string): Promise<Archive> => {
  const zip: Opened = await openPromise(path, { lazyEntries: true, autoClose: false })
  const all = await Array.fromAsync(zip.eachEntry())
  const entries = new Map(all.map((entry) => [entry.fileName, entry]))
  return {
    names: [...entries.keys()],
    faults: await faultsOf(zip, all),
    open: (name) => {
      const entry = entries.get(name)
      return entry === undefined ? Promise.reject(new Error(`There is no ${name}`)) : zip.openReadStreamPromise(entry)
    },
    close: () => zip.close()
  }
}

export const bytesOf = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

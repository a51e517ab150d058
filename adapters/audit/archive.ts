// An export's ZIP file as it is read, by somebody who doesn't trust it. Used by adapters/audit.
import type { Readable } from "node:stream"
import { openPromise } from "yauzl"
import { type Fault, faultsOf } from "./archive-layout.ts"

/** An archive that is open; each entry is read as a stream. */
export interface Archive {
  readonly names: ReadonlyArray<string>
  /** What in it is no file of its own name. */
  readonly faults: ReadonlyArray<Fault>
  readonly open: (name: string) => Promise<Readable>
  readonly close: () => void
}

export const openArchive = async (path: string): Promise<Archive> => {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false })
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

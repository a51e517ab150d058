// A ZIP file whose bytes follow from its entries alone: no time of day in it, entries as given. Used by what writes archives
// and spreadsheets that must be the same each time.
import { buffer } from "node:stream/consumers"
import { ZipFile } from "yazl"

export interface ZipEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The first day that a ZIP file can name. */
const always = new Date(1980, 0, 1)

export const zip = (entries: ReadonlyArray<ZipEntry>): Promise<Uint8Array> => {
  const file = new ZipFile()
  for (const { bytes, name } of entries) {
    // Times as DOS has them: without the time zone of the machine that writes.
    file.addBuffer(Buffer.from(bytes), name, { mtime: always, forceDosTimestamp: true, mode: 0o100644 })
  }
  file.end()
  return buffer(file.outputStream)
}

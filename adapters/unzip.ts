// The entries of a ZIP file, in the order in which its directory names them. Used where one is read, or written anew.
import { buffer } from "node:stream/consumers"
import { fromBufferPromise } from "yauzl"
import type { ZipEntry } from "./zip.ts"

export const unzip = async (bytes: Uint8Array): Promise<ReadonlyArray<ZipEntry>> => {
  const file = await fromBufferPromise(Buffer.from(bytes), { lazyEntries: true })
  const entries: Array<ZipEntry> = []
  for await (const entry of file.eachEntry()) {
    entries.push({ name: entry.fileName, bytes: await buffer(await file.openReadStreamPromise(entry)) })
  }
  return entries
}

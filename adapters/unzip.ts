// The entries of a ZIP file. Used where one is written anew.
import { buffer } from "node:stream/consumers"
import { fromBufferPromise } from "yauzl"

export const unzip = async (bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> => {
  const file = await fromBufferPromise(Buffer.from(bytes), { lazyEntries: true })
  const entries = new Map<string, Uint8Array>()
  for await (const entry of file.eachEntry()) {
    entries.set(entry.fileName, await buffer(await file.openReadStreamPromise(entry)))
  }
  return entries
}

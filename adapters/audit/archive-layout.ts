// Whether an archive is its files and nothing else, as `archive.ts` writes it. Programs disagree on which of two files of a
// name they unpack, and on whether they go by the directory or from file to file: whoever hides a file from one shows it to
// another. Used by `archive.ts`.
import type { Entry, ZipFile } from "yauzl"

export interface Fault {
  readonly file: string
  readonly reason: string
}

const zip64 = { descriptor: 24, end: 76 } as const
const record = { descriptor: 16, directory: 46, end: 22 } as const

/** Behind a file that was streamed into the archive, its size: announced by a flag, longer where 32 bits don't hold it. */
const descriptorOf = ({ extraFieldLength, generalPurposeBitFlag }: Entry): number => {
  if ((generalPurposeBitFlag & 8) === 0) return 0
  return extraFieldLength === 0 ? record.descriptor : zip64.descriptor
}

const twice = (entries: ReadonlyArray<Entry>): ReadonlyArray<Fault> => {
  const seen = new Set<string>()
  return entries.flatMap(({ fileName }) => {
    if (!seen.has(fileName)) {
      seen.add(fileName)
      return []
    }
    return [{ file: fileName, reason: "The archive has another file of this name" }]
  })
}

/** File after file from the first byte on, each under the name that the directory has, then the directory and its end. */
const isFilesAlone = async (zip: ZipFile, entries: ReadonlyArray<Entry>): Promise<boolean> => {
  let at = 0
  for (const entry of entries) {
    const local = await zip.readLocalFileHeaderPromise(entry)
    const name = Buffer.from(entry.fileName)
    if (entry.relativeOffsetOfLocalHeader !== at || local.extraFieldLength > 0) return false
    if (!local.fileName.equals(name) || !entry.fileNameRaw.equals(name)) return false
    at = local.fileDataStart + entry.compressedSize + descriptorOf(entry)
  }
  const directory = entries.reduce(
    (sum, of) => sum + record.directory + of.fileNameLength + of.extraFieldLength + of.fileCommentLength,
    0
  )
  const end = zip.fileSize - at - directory
  return end === record.end || end === record.end + zip64.end
}

/** `entries` in the directory's order. */
export const faultsOf = async (zip: ZipFile, entries: ReadonlyArray<Entry>): Promise<ReadonlyArray<Fault>> => [
  ...twice(entries),
  ...((await isFilesAlone(zip, entries))
    ? []
    : [{ file: "the archive", reason: "It has bytes that belong to none of its files" }])
]

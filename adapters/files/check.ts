// Whether a file is what its manifest says, before a row of it is published. Used by `intake.ts` alone.
import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Result } from "effect"
import { messageOf } from "../../core/failure.ts"
import { type RowReader, rowReader } from "./columns.ts"
import { isAbsent } from "./folders.ts"
import type { ListedFile } from "./manifest.ts"
import { NotWhole, Refused } from "./refusal.ts"
import { batchesOf, type Cells, digestOf } from "./rows.ts"

/** A file of the folder itself: a link may lead anywhere, and a pipe would keep whoever opens it waiting for ever. */
export const onlyFiles = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A file that is there, as long as its manifest says, and held open: what takes its place meanwhile isn't read. */
interface WholeFile {
  readonly listed: ListedFile
  readonly handle: FileHandle
}

/** One that is what its manifest says, and how its rows are read. */
export interface CheckedFile extends WholeFile {
  readonly readRow: RowReader
}

export const openWhole = Effect.fnUntraced(function* (folder: string, listed: ListedFile) {
  const { bytes, name: file } = listed
  const handle = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => open(join(folder, file), onlyFiles),
      catch: (error) =>
        new NotWhole({
          file,
          reason: isAbsent(error)
            ? "The manifest names it, and it isn't there (yet)"
            : `It can't be opened: ${String(error)}`
        })
    }),
    (handle) => Effect.promise(() => handle.close())
  )
  const stat = yield* reading(file, () => handle.stat())
  if (!stat.isFile() || stat.size !== bytes) {
    return yield* new NotWhole({ file, reason: `It has ${stat.size} bytes, and its manifest says ${bytes}` })
  }
  const whole: WholeFile = { listed, handle }
  return whole
})

const reading = <A>(file: string, what: () => Promise<A>) =>
  Effect.tryPromise({
    try: what,
    catch: (error) => new NotWhole({ file, reason: `It can't be read: ${String(error)}` })
  })

/** With its line; not with what stands there, which may be anybody's badge. */
const cutError = (error: unknown): string => messageOf(error).replace(/,? value is .*$/s, "")

/** What a text in another encoding is full of when it is read as UTF-8. */
const isGarbled = (cell: string | null): boolean => cell?.includes("\uFFFD") === true

interface Found {
  readonly names: Cells | undefined
  readonly rows: number
  readonly garbled: { readonly row: number; readonly column: number } | undefined
}

const look = async (handle: FileHandle): Promise<Found> => {
  let names: Cells | undefined
  let rows = -1
  let garbled: Found["garbled"]
  for await (const batch of batchesOf(handle)) {
    names ??= batch[0]
    for (const cells of batch) {
      rows++
      if (garbled !== undefined) continue
      const column = cells.findIndex(isGarbled)
      if (column >= 0) garbled = { row: rows, column }
    }
  }
  return { names, rows: Math.max(0, rows), garbled }
}

export const checkFile = ({ handle, listed }: WholeFile): Effect.Effect<CheckedFile, NotWhole | Refused> =>
  Effect.gen(function* () {
    const { name: file, rows, sha256, type } = listed
    const refuse = (field: string, value: string, reason: string, nextStep: string, row?: number) =>
      Effect.fail(new Refused({ file, field, value, reason, nextStep, ...(row === undefined ? {} : { row }) }))
    const digest = yield* reading(file, () => digestOf(handle))
    if (digest !== sha256) {
      return yield* refuse(
        "sha256",
        digest,
        `Its manifest says ${sha256}`,
        "Put the file there again as the manifest says it is, or a manifest that says it as it is, then the manifest"
      )
    }
    const cut = "Mend the file (docs/files.md) and its manifest, and put both there again"
    const found = yield* Effect.tryPromise({
      try: () => look(handle),
      catch: (error) => new Refused({ file, field: "rows", value: "", reason: cutError(error), nextStep: cut })
    })
    if (found.names === undefined) return yield* refuse("rows", "", "It hasn't even the names of its columns", cut)
    if (found.garbled !== undefined) {
      const { column, row } = found.garbled
      const field = found.names[column] ?? `column ${column + 1}`
      return yield* refuse(field, "", "Characters that aren't UTF-8", "Write the file in UTF-8", row)
    }
    if (found.rows !== rows) {
      return yield* refuse("rows", String(found.rows), `Its manifest says ${rows}`, cut)
    }
    const reader = rowReader(file, type, found.names)
    if (Result.isFailure(reader)) return yield* Effect.fail(reader.failure)
    return { listed, handle, readRow: reader.success }
  })

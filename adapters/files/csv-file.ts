// A CSV file that is written piece by piece, under another name until it is whole. Used inside adapters/files.
import { createHash } from "node:crypto"
import { open, rename } from "node:fs/promises"
import { join } from "node:path"
import { type Cell, csvLine } from "../csv-line.ts"
import type { ListedFile } from "./manifest.ts"

/** What a column is called, and its cell of a row. */
export type Columns<Row> = ReadonlyArray<readonly [name: string, cell: (row: Row) => Cell]>

export interface CsvFile<Row> {
  readonly write: (rows: ReadonlyArray<Row>) => Promise<void>
  /** On the disk and under its own name, as its manifest lists it. */
  readonly finish: () => Promise<ListedFile>
  readonly close: () => Promise<void>
}

/** A name that no reader looks at. */
const partOf = (name: string): string => `.${name}.part`

export const createCsvFile = async <Row>(
  folder: string,
  name: string,
  type: string,
  columns: Columns<Row>
): Promise<CsvFile<Row>> => {
  const handle = await open(join(folder, partOf(name)), "w")
  const hash = createHash("sha256")
  let [rows, bytes] = [0, 0]
  const append = async (text: string) => {
    const written = Buffer.from(text)
    hash.update(written)
    bytes += written.length
    await handle.appendFile(written)
  }
  await append(csvLine(columns.map(([column]) => column)))
  return {
    write: async (written) => {
      rows += written.length
      await append(written.map((row) => csvLine(columns.map(([, cell]) => cell(row)))).join(""))
    },
    finish: async () => {
      await handle.sync()
      await rename(join(folder, partOf(name)), join(folder, name))
      return { name, type, rows, bytes, sha256: hash.digest("hex") }
    },
    close: () => handle.close()
  }
}

/** The last of its files: once it is there, they are. */
export const writeManifest = async (folder: string, name: string, manifest: object): Promise<void> => {
  const handle = await open(join(folder, partOf(name)), "w")
  try {
    await handle.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(join(folder, partOf(name)), join(folder, name))
}

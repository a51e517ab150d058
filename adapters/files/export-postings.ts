// A plant's ERP documents as CSV files with a manifest: how an ERP without an API gets them. Used by `traveler files export`
// and by tests.
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Stream } from "effect"
import { messageOf, TechnicalFailure } from "../../core/failure.ts"
import type { Amounts } from "../../core/message/order.ts"
import type { PlantId, PostingKey } from "../../core/plant/identifiers.ts"
import type { Movement, OperationTotal } from "../../core/port/erp.ts"
import { type PostingRow, postingsAskedFor } from "../../projections/postings/queries.ts"
import { type Columns, createCsvFile, writeManifest } from "./csv-file.ts"
import { type ListedFile, suffix } from "./manifest.ts"

/** A plant's documents that were asked for from then on, and before then (milliseconds since 1970). */
export interface PostingsWanted {
  readonly plant: PlantId
  readonly from: number
  readonly to: number
}

type OfDocument<Of> = Of & { readonly key: PostingKey; readonly line: number }

const quantities = ["yield", "scrap", "rework", "nonconforming", "laborTime", "machineTime"] as const

const amounts = <Row>(of: (row: Row) => Amounts | undefined): Columns<Row> => [
  ...quantities.flatMap(
    (name): Columns<Row> => [
      [`${name}.value`, (row) => of(row)?.[name]?.value],
      [`${name}.unit`, (row) => of(row)?.[name]?.unit]
    ]
  ),
  ["scrapReason", (row) => of(row)?.scrapReason]
]

const documentColumns: Columns<PostingRow> = [
  ["key", ({ key }) => key],
  ["kind", ({ kind }) => kind],
  ["plant", ({ plant }) => plant],
  ["orderId", ({ content }) => content.orderId],
  ["operationId", ({ content }) => content.operationId],
  ["postingDate", ({ postingDate }) => postingDate],
  ["state", ({ state }) => state],
  ["document", ({ document }) => document],
  ["reverses", ({ reverses }) => reverses],
  ["reversed", ({ reversed }) => reversed],
  ["group", ({ group }) => group],
  ["final", ({ content }) => content.final],
  ...amounts<PostingRow>(({ content }) => content.amounts),
  ["status.scope", ({ content }) => content.status?.scope],
  ["status.itemId", ({ content }) => content.status?.itemId],
  ["status.lotId", ({ content }) => content.status?.lotId],
  ["status.disposition", ({ content }) => content.status?.disposition],
  ["reason", ({ reason }) => reason],
  ["requestedAt", ({ requestedAt }) => new Date(requestedAt).toISOString()]
]

const movementColumns: Columns<OfDocument<Movement>> = [
  ["key", ({ key }) => key],
  ["line", ({ line }) => line],
  ["type", ({ type }) => type],
  ["direction", ({ direction }) => direction],
  ["itemId", ({ itemId }) => itemId],
  ["scope", ({ scope }) => scope],
  ["lotId", ({ lotId }) => lotId],
  ["storageLocation", ({ storageLocation }) => storageLocation],
  ["quantity.value", ({ quantity }) => quantity.value],
  ["quantity.unit", ({ quantity }) => quantity.unit]
]

const operationColumns: Columns<OfDocument<OperationTotal>> = [
  ["key", ({ key }) => key],
  ["line", ({ line }) => line],
  ["operationId", ({ operationId }) => operationId],
  ["final", ({ final }) => final],
  ["takenBack", ({ takenBack }) => takenBack],
  ...amounts<OfDocument<OperationTotal>>(({ amounts }) => amounts)
]

const linesOf = <Of>(rows: ReadonlyArray<PostingRow>, of: (row: PostingRow) => ReadonlyArray<Of> | undefined) =>
  rows.flatMap((row) => (of(row) ?? []).map((line, index) => ({ ...line, key: row.key, line: index + 1 })))

const notWritten = (out: string) => (error: unknown) =>
  new TechnicalFailure({
    field: "out",
    value: out,
    reason: messageOf(error),
    nextStep: "Name a folder that can be written to: npm run traveler -- files export --out DIR"
  })

/** The manifest's own, at second's precision, without what a file's name can't hold everywhere. */
const stamp = (millis: number): string => new Date(millis).toISOString().slice(0, 19).replaceAll(":", "")

const batch = 1_000

/** Three files and, once they are whole, their manifest: what it lists. */
export const exportPostings = Effect.fnUntraced(function* ({ from, plant, to }: PostingsWanted, out: string) {
  const written = <A>(what: () => Promise<A>) => Effect.tryPromise({ try: what, catch: notWritten(out) })
  const base = `postings-${plant}-${stamp(from)}-${stamp(to)}`
  const file = <Row>(type: string, columns: Columns<Row>) =>
    Effect.acquireRelease(
      written(() => createCsvFile(out, `${base}.${type}.csv`, type, columns)),
      ({ close }) => Effect.promise(close)
    )

  yield* written(() => mkdir(out, { recursive: true }))
  const documents = yield* file("documents", documentColumns)
  const movements = yield* file("movements", movementColumns)
  const operations = yield* file("operations", operationColumns)
  yield* postingsAskedFor(plant, from, to).pipe(
    Stream.grouped(batch),
    Stream.runForEach((rows) =>
      written(async () => {
        await documents.write(rows)
        await movements.write(linesOf(rows, ({ content }) => content.movements))
        await operations.write(linesOf(rows, ({ content }) => content.operations))
      })
    )
  )
  const files: ReadonlyArray<ListedFile> = yield* written(async () => [
    await documents.finish(),
    await movements.finish(),
    await operations.finish()
  ])
  const manifest = { plant, from: new Date(from).toISOString(), to: new Date(to).toISOString(), files }
  yield* written(() => writeManifest(out, `${base}${suffix}`, manifest))
  return { manifest: join(out, `${base}${suffix}`), files }
}, Effect.scoped)

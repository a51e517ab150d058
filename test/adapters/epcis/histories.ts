// Random histories of lots and orders: every event that their catalogues have, made from its schema, with texts that are
// hard to put into a URI. For the tests of the export.
import { Option, Schema, SchemaAST } from "effect"
import fc from "fast-check"
import { lotEvents } from "../../../core/event/lot.ts"
import { orderEvents } from "../../../core/event/order.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { lotStream, orderStream, type StreamName } from "../../../core/journal/stream.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { ItemId, LotId, MessageId, OrderId, Source } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { plant } from "../../projections/events.ts"

const visible = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => /^[^\p{Cc}\p{Cs}]{1,60}$/u.test(text))
const said = (...usual: ReadonlyArray<string>) => fc.oneof(fc.constantFrom(...usual), visible)

const scope = fc.constantFrom("enterprise", "plant/plant-1", "plant/ulm", "supplier/Stahl & Söhne: 7")
const itemId = said("STEEL/7", "GEAR", "04012345123456", "00614141777778")
const lotId = said("L-1", "L:2", "998877", "25/7", "(21)4711", "(21)(21)", "%2F", "..", "Charge Ü 1")
const location = said("YARD", "HALL 2", "4012345000054")
const partner = said(
  "S-4",
  "4012345000009",
  "https://acme.example/parties/7",
  "https://[x",
  "urn:epc:id:pgln:4012345.00000"
)

/** Also such as JavaScript takes for a time and a calendar doesn't. */
const time = fc.oneof(
  fc
    .tuple(
      fc.date({ min: new Date("1971-01-01"), max: new Date("2200-01-01"), noInvalidDate: true }),
      fc.constantFrom("Z", "+01:00", "-06:30", "+14:00", "-13:59", "+15:00")
    )
    .map(([date, offset]) => `${date.toISOString().slice(0, 19)}${offset}`),
  fc.constantFrom(
    "2026-11-23T24:00:00Z",
    "2026-02-30T06:00:00.5+01:00",
    "2026-11-23T06:00:00.123456789-06:00",
    "2026-11-23T06:00:00.9999Z"
  )
)

const positive = fc
  .tuple(fc.bigInt({ min: 1n, max: 99_999_999_999_999_999n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, scale]) => (scale === 0 ? `${digits}` : `0.${String(digits).slice(0, scale)}`))
  .filter((text) => /[1-9]/.test(text))
const decimal = fc.oneof(
  positive,
  positive.map((text) => `-${text}`)
)

/** By the names of the fields that have rules of their own; other texts may be anything. */
const named: { readonly [field: string]: fc.Arbitrary<string> } = {
  scope,
  itemId,
  lotId,
  orderId: said("PO-1", "4711"),
  operationId: said("10"),
  workCenterId: said("LATHE-1"),
  plantId: fc.constant("plant-1"),
  storageLocation: location,
  from: location,
  to: location,
  partnerId: partner,
  customer: partner,
  expiresAt: time,
  occurredAt: time,
  unit: fc.constantFrom("EA", "KGM", "LTR", "C62", "kg", "Stück", "m³"),
  messageId: fc.constant("m-1"),
  source: fc.constant("plant-1/mes.events/mes"),
  caseId: fc.constant("0".repeat(32))
}
const anyText = fc.oneof(
  said("DN-1", "1.50", "urn:epcglobal:cbv:bt:0614141073467:1152"),
  fc.constantFrom("a\uD800b", '"\\')
)

const ofText = (field: string, isPositive: boolean): fc.Arbitrary<string> =>
  field === "value" ? (isPositive ? positive : decimal) : (named[field] ?? anyText)

/** JSON that the schema may take; what it doesn't is left out by the caller. */
const ofAst = (ast: SchemaAST.AST, field: string, isPositive: boolean): fc.Arbitrary<unknown> => {
  if (SchemaAST.isLiteral(ast)) return fc.constant(ast.literal)
  if (SchemaAST.isString(ast)) return ofText(field, isPositive)
  if (SchemaAST.isBoolean(ast)) return fc.boolean()
  if (SchemaAST.isNumber(ast)) return fc.integer({ min: 1, max: 9 })
  if (SchemaAST.isUnion(ast)) return fc.oneof(...ast.types.map((type) => ofAst(type, field, isPositive)))
  if (SchemaAST.isArrays(ast)) {
    const [of] = ast.rest
    return of === undefined ? fc.constant([]) : fc.array(ofAst(of, field, isPositive), { minLength: 1, maxLength: 4 })
  }
  if (!SchemaAST.isObjects(ast)) return fc.constant(null)
  const members = ast.propertySignatures.map(({ name, type }) => [String(name), type] as const)
  return fc.record(Object.fromEntries(members.map(([name, type]) => [name, ofAst(type, name, isPositive)])), {
    requiredKeys: members.filter(([, type]) => !SchemaAST.isOptional(type)).map(([name]) => name)
  })
}

interface Step {
  readonly type: string
  readonly data: unknown
  /** One of the history's lots, or of its orders. */
  readonly place: number
  readonly occurredAt: string
}

const events = { lot: Object.entries(lotEvents), order: Object.entries(orderEvents) }

const ofType = ([type, schema]: readonly [string, Schema.Codec<unknown, unknown>], stream: fc.Arbitrary<number>) =>
  fc.record<Step>({
    type: fc.constant(type),
    data: ofAst(SchemaAST.toEncoded(schema.ast), "", type !== "LotAdjusted")
      .map(Schema.decodeUnknownOption(schema))
      .filter(Option.isSome)
      .map(({ value }) => value),
    place: stream,
    occurredAt: time
  })

const steps = (count: number) =>
  fc.array(
    fc.oneof(
      ...events.lot.map((event) => ofType(event, fc.nat(2))),
      ...events.order.map((event) => ofType(event, fc.integer({ min: 3, max: 4 })))
    ),
    { minLength: count, maxLength: count * 2, size: "max" }
  )

const streams = fc
  .tuple(
    fc.array(fc.tuple(scope, itemId, lotId), { minLength: 3, maxLength: 3 }),
    fc.array(said("PO-1", "urn:epc:id:gdti:0614141.12345.400", "ni:///sha-256;ab?ver=CBV2.0"), { minLength: 2 })
  )
  .map(([lots, orders]) => [
    ...lots.map(([scope, itemId, lotId]) =>
      lotStream({ scope: LotScope.make(scope), itemId: ItemId.make(itemId), lotId: LotId.make(lotId) })
    ),
    ...orders.slice(0, 2).map((order) => orderStream(plant, OrderId.make(order)))
  ])

const senders = ["plant-1/mes.events/mes", "traveler/cli"]

const recorded = (names: ReadonlyArray<StreamName>, plan: ReadonlyArray<Step>): ReadonlyArray<RecordedEvent> => {
  const versions = new Map<StreamName, number>()
  return plan.flatMap(({ data, occurredAt, place, type }, index) => {
    const stream = names[place]
    if (stream === undefined) return []
    const version = (versions.get(stream) ?? 0) + 1
    versions.set(stream, version)
    const metadata: MessageMetadata = {
      source: Source.make(senders[index % 2] ?? ""),
      messageId: MessageId.make(`m-${index}`),
      digest: sha256(new TextEncoder().encode(`m-${index}`)),
      queue: "traveler.in.plant-1",
      occurredAt: OccurredAt.make(occurredAt)
    }
    const row = { partition: 0, offset: index + 1, stream, version, type, schemaVersion: 1, hash: new Uint8Array(32) }
    return [recordedEvent({ ...row, recordedAt: 1_700_000_000_000 + index, content: encode({ metadata, data }) })]
  })
}

/** As a journal would give it back: packed and unpacked on the way. */
export const histories = (length: number): fc.Arbitrary<ReadonlyArray<RecordedEvent>> =>
  fc.tuple(streams, steps(length)).map(([names, plan]) => recorded(names, plan))

// An event of EPCIS 2.0 as it is read: what the standard says of its fields, by Schema. What isn't named here (extensions)
// stays in the event's own JSON, which is kept beside it whole. Used by the import.
import { Schema, SchemaTransformation } from "effect"
import { DecimalFromText } from "../../core/plant/quantity.ts"
import { plainNumber } from "./hash/values.ts"
import { NumberText } from "./json.ts"

const Uri = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, { message: "Expected a URI" }))
)

const Time = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, {
      message: "Expected a time with its UTC offset, like 2026-11-23T06:00:00.000+01:00"
    }),
    Schema.makeFilter((text: string) => !Number.isNaN(Date.parse(text)), { message: "Expected a time that exists" })
  )
)

const Offset = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[+-]((0\d|1[0-3]):[0-5]\d|14:00)$/, { message: "Expected an offset from UTC, like +01:00" })
  )
)

/** From its source text, so that no digit is lost to a float. */
const Exact = Schema.instanceOf(NumberText, { expected: "a number" }).pipe(
  Schema.decodeTo(
    DecimalFromText,
    SchemaTransformation.transform({
      decode: ({ text }: NumberText): string => plainNumber(text) ?? text,
      encode: (text: string) => new NumberText(text)
    })
  )
)

const epcs = Schema.optionalKey(Schema.Array(Uri))

const QuantityElement = Schema.Struct({
  epcClass: Uri,
  quantity: Schema.optionalKey(Exact),
  uom: Schema.optionalKey(
    Schema.String.pipe(
      Schema.check(Schema.isPattern(/^[A-Z0-9]{2,3}$/, { message: "Expected a UN/ECE Recommendation 20 code" }))
    )
  )
})
const quantities = Schema.optionalKey(Schema.Array(QuantityElement))

const place = Schema.optionalKey(Schema.Struct({ id: Uri }))

const text = Schema.optionalKey(Schema.String)

const ownQuantities = Schema.optionalKey(
  Schema.Array(
    Schema.Struct({ "traveler:epcClass": Uri, "traveler:quantity": Schema.String, "traveler:unit": Schema.String })
  )
)

/** What Traveler itself adds to its events. */
const ours = {
  "traveler:event": text,
  "traveler:reason": text,
  "traveler:signature": Schema.optionalKey(
    Schema.Struct({ "traveler:role": Schema.String, "traveler:meaning": Schema.String })
  ),
  "traveler:supplierLot": text,
  "traveler:use": text,
  "traveler:certainty": text,
  "traveler:operation": text,
  "traveler:workCenter": text,
  "traveler:passed": Schema.optionalKey(Schema.Boolean),
  "traveler:takenOver": Schema.optionalKey(Schema.Boolean),
  "traveler:quantities": ownQuantities,
  "traveler:inputQuantities": ownQuantities,
  "traveler:outputQuantities": ownQuantities
}

export const EpcisEvent = Schema.Struct({
  type: Schema.Literals([
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent"
  ]),
  eventTime: Time,
  eventTimeZoneOffset: Offset,
  action: Schema.optionalKey(Schema.Literals(["ADD", "OBSERVE", "DELETE"])),
  parentID: Schema.optionalKey(Uri),
  epcList: epcs,
  quantityList: quantities,
  childEPCs: epcs,
  childQuantityList: quantities,
  inputEPCList: epcs,
  inputQuantityList: quantities,
  outputEPCList: epcs,
  outputQuantityList: quantities,
  transformationID: Schema.optionalKey(Uri),
  bizStep: text,
  disposition: text,
  readPoint: place,
  bizLocation: place,
  bizTransactionList: Schema.optionalKey(Schema.Array(Schema.Struct({ type: text, bizTransaction: Uri }))),
  sourceList: Schema.optionalKey(Schema.Array(Schema.Struct({ type: Schema.String, source: Uri }))),
  destinationList: Schema.optionalKey(Schema.Array(Schema.Struct({ type: Schema.String, destination: Uri }))),
  sensorElementList: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        sensorReport: Schema.Array(Schema.Struct({ type: Schema.String, value: Schema.optionalKey(Exact), uom: text }))
      })
    )
  ),
  ilmd: Schema.optionalKey(Schema.Struct({ "cbvmda:itemExpirationDate": text, "traveler:expiresAt": text })),
  errorDeclaration: Schema.optionalKey(Schema.Struct({ declarationTime: Time, reason: text, "traveler:reason": text })),
  ...ours
})
export type EpcisEvent = typeof EpcisEvent.Type

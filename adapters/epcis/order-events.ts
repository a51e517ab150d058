// What an order's recorded event says of material in EPCIS, without its envelope: one transformation, whose id is the
// order, in as many one-sided events as there were reports. Pure; used by `document.ts` alone.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, plantOf } from "../../core/journal/stream.ts"
import { OrderId, PlantId, type StorageLocationId } from "../../core/plant/identifiers.ts"
import { type LotReference, lotKey, lotOfLine, type MaterialReference, plantScope } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { itemUri, lotUri, orderUri } from "./identifiers.ts"
import type { Json, JsonObject } from "./json.ts"
import { type Amount, besides, documents, keptAt, objects, seenAt, transformed } from "./said.ts"

interface Line extends MaterialReference {
  readonly quantity: Quantity
  readonly storageLocation?: StorageLocationId
}

/** Lines of which one event of EPCIS can tell: what it says once has to be said of all of them. */
const inOneEvent = <L extends Line>(lines: ReadonlyArray<L>, besides: (line: L) => Json | undefined) =>
  Map.groupBy(lines, (line) => JSON.stringify([line.storageLocation, besides(line)]))
    .values()
    .flatMap((of) => (of[0] === undefined ? [] : [{ first: of[0], of }]))
    .toArray()

export const orderEventSaid = (event: RecordedEvent): ReadonlyArray<JsonObject> => {
  const plant = PlantId.make(plantOf(event.stream))
  const order = orderUri(plant, OrderId.make(orderOf(event.stream)))
  const document = documents({ type: "prodorder", uri: order })
  const amount = (line: Line): Amount => {
    const lot = lotOfLine(line, plant)
    return { uri: lot === undefined ? itemUri(line.itemId) : lotUri(lot), quantity: line.quantity }
  }
  const lotInto = (into: LotReference): Amount => ({ uri: lotUri(lotKey(into, plantScope(plant))) })
  const transformation = (...said: ReadonlyArray<JsonObject>): JsonObject =>
    Object.assign(
      { type: "TransformationEvent", transformationID: order, bizStep: "creating_class_instance" },
      ...said,
      document
    )
  switch (event.type) {
    case "MaterialConsumed": {
      const { backflush, materials, operationId: operation, workCenterId: workCenter } = event.data
      const byRule = backflush === true ? "allocated" : undefined
      return inOneEvent(materials, ({ certainty, into }) => [
        certainty ?? "",
        into === undefined ? "" : lotInto(into).uri
      ]).map(({ first: { certainty = byRule, into, storageLocation }, of }) =>
        transformation(
          transformed(of.map(amount), into === undefined ? [] : [lotInto(into)]),
          seenAt(plant, storageLocation),
          besides({ certainty, operation, workCenter })
        )
      )
    }
    case "MaterialProduced": {
      const { materials, operationId: operation, workCenterId: workCenter } = event.data
      return inOneEvent(materials, ({ use }) => use).map(({ first: { storageLocation, use }, of }) =>
        transformation(
          transformed([], of.map(amount)),
          keptAt(plant, storageLocation),
          besides({ use, operation, workCenter })
        )
      )
    }
    case "MaterialTakenOver":
      return inOneEvent(event.data.materials, ({ use }) => use).map(({ first: { storageLocation, use }, of }) => {
        const [inputs, outputs] = use === "Consumed" ? [of.map(amount), []] : [[], of.map(amount)]
        return transformation(
          transformed(inputs, outputs),
          seenAt(plant, storageLocation),
          besides({ use, takenOver: true })
        )
      })
    // A transformation can't be undone in part: what wasn't needed is in stock again, and the document says of which order.
    case "MaterialReturned": {
      const { materials, operationId: operation, workCenterId: workCenter } = event.data
      return inOneEvent(materials, () => undefined).map(({ first: { storageLocation }, of }) =>
        Object.assign(
          { type: "ObjectEvent", action: "OBSERVE", bizStep: "storing", disposition: "returned" },
          objects(...of.map(amount)),
          keptAt(plant, storageLocation),
          document,
          besides({ operation, workCenter })
        )
      )
    }
    // About the order and its operations: EPCIS has events of objects alone.
    default:
      return []
  }
}

// What a test must be able to arrange in an ERP, and what an adapter says that its ERP can do. Used by the contract kit and
// by the tests of each adapter.
import { Context, Effect } from "effect"
import type { ItemId, OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { type Document, Erp, type ErpBooks, type HeldDocument } from "../../core/port/erp.ts"
import { aPlant } from "./documents.ts"

export class ErpControls extends Context.Service<
  ErpControls,
  {
    /** The plant is known, with order `O-1` of its item PUMP, and lot `L-1` of STEEL in stock. */
    readonly prepare: (plant: PlantId) => Effect.Effect<void>
    /** Nothing more is posted on that day, until the plant's periods are opened. */
    readonly closePeriod: (plant: PlantId, day: string) => Effect.Effect<void>
    readonly openPeriods: (plant: PlantId) => Effect.Effect<void>
    readonly lockOrder: (plant: PlantId, orderId: OrderId, locked: boolean) => Effect.Effect<void>
    /** From now on an operation that is finally confirmed takes no more. */
    readonly letFinalBeLast: (plant: PlantId) => Effect.Effect<void>
    /** The next POST of the plant is stored and never answered. */
    readonly loseNextAnswer: (plant: PlantId) => Effect.Effect<void>
    /** The next POST of the plant meets an ERP that is down. */
    readonly failNext: (plant: PlantId) => Effect.Effect<void>
    /** Somebody changes this item in the ERP; a later call is a later change. */
    readonly changeItem: (plant: PlantId, itemId: ItemId, description: string) => Effect.Effect<void>
    /** Somebody releases an order of 12 pieces of PUMP in the ERP, and completes it later. */
    readonly releaseOrder: (plant: PlantId) => Effect.Effect<OrderId>
    readonly completeOrder: (plant: PlantId, orderId: OrderId) => Effect.Effect<void>
    /** Somebody books on order `O-1` in the ERP: what its books hold of it from then on. */
    readonly postByHand: (plant: PlantId) => Effect.Effect<HeldDocument>
    /** Somebody takes that back in the ERP. */
    readonly cancelByHand: (plant: PlantId, document: string) => Effect.Effect<void>
  }
>()("test/ErpControls") {}

/** What the tests post, in the kinds that the ERP takes, on a day on which it does. */
export interface ErpDocuments {
  /** What an order reports: of another version it is another document, of other pieces another content. */
  readonly ofOrder: (plant: PlantId, order: string, version: number, pieces?: string) => Document
  /** One that can be reversed. */
  readonly reversible: (plant: PlantId, version: number) => Document
  /** Two kilograms of a lot of STEEL. */
  readonly movement: (plant: PlantId, lot: string, version: number, direction: "in" | "out") => Document
  /** With texts of any script, and the longest decimals that it holds. */
  readonly odd: (plant: PlantId) => Document
  /** All that an order reported, in one. */
  readonly group: (plant: PlantId, order: string, version: number) => Document
}

export interface Capabilities {
  /** Without `group` where the ERP takes none. */
  readonly documents: Omit<ErpDocuments, "group"> & Partial<Pick<ErpDocuments, "group">>
  /** Whether it tells of every change, or, since it keeps no history, of the last state of what was changed. */
  readonly changes: "each" | "last"
  readonly closedPeriods: boolean
  readonly lockedOrders: boolean
  /** What an order reports is then a confirmation. */
  readonly finalIsLast: boolean
  readonly lostAnswers: boolean
  readonly outages: boolean
  readonly books: ReadonlySet<keyof ErpBooks>
  /** Whether somebody can take back there what was posted. */
  readonly cancelsByHand: boolean
}

export const soon = () => performance.now() + 60_000

export const aPreparedPlant = Effect.gen(function* () {
  const controls = yield* ErpControls
  const plant = aPlant()
  yield* controls.prepare(plant)
  return plant
})

/** What it must hold of a document. */
export const inItsWords = (document: Document) =>
  Effect.map(Erp, ({ capabilities }) => capabilities.inItsWords(document))

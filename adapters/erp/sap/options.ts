// How one SAP S/4HANA is reached, and what the plants are called there. Used inside adapters/erp/sap and by whoever composes
// it.
import { type Redacted, Schema, SchemaTransformation } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"

const ActivitySlot = Schema.Literals([1, 2, 3, 4, 5, 6])
/** One of the six activities that an operation's work center has times for. */
export type ActivitySlot = typeof ActivitySlot.Type

const FourCharacters = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[A-Z0-9_-]{1,4}$/, { message: "Expected up to four capitals or digits, as in SAP" }))
)

/** Each plant's own. */
export const SapPlant = Schema.Struct({
  /** WERKS. No two plants of Traveler have the same. */
  plant: FourCharacters,
  /** Of a movement that doesn't say where: SAP always says it. */
  storageLocation: FourCharacters,
  /** In which texts are told, as SAP's two letters; `EN` where absent. */
  language: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Z]{2}$/)))),
  /**
   * Where labor and machine time stand in the standard value key of the plant's work centers; machine 2 and labor 3 where
   * absent, as in SAP's own key SAP1.
   */
  activities: Schema.optionalKey(Schema.Struct({ laborTime: ActivitySlot, machineTime: ActivitySlot })),
  /** Reasons of scrap as they are reported → SAP's variance reason codes. A reason that is a code already needs none. */
  reasons: Schema.optionalKey(Schema.Record(Schema.String, FourCharacters)),
  /** False: a confirmation moves nothing but what it names. SAP takes the components marked for backflush where absent. */
  backflush: Schema.optionalKey(Schema.Boolean),
  /** Where batch numbers are unique (SAP's batch level): of the material where absent, else of the plant. */
  batchLevel: Schema.optionalKey(Schema.Literals(["material", "plant"]))
})
export type SapPlant = typeof SapPlant.Type

const ById = Schema.Record(Schema.String, SapPlant)
type ById = typeof ById.Type

/** As a setting says it: JSON, an object by Traveler's ids of the plants. */
export const SapPlants = Schema.fromJsonString(ById).pipe(
  Schema.check(
    Schema.makeFilter(
      (plants) => new Set(Object.values(plants).map(({ plant }) => plant)).size === Object.keys(plants).length,
      { message: "Expected each plant of SAP once" }
    )
  ),
  Schema.decodeTo(
    Schema.ReadonlyMap(PlantId, SapPlant),
    SchemaTransformation.transform<ReadonlyMap<string, SapPlant>, ById>({
      decode: (plants) => new Map(Object.entries(plants)),
      encode: (plants) => Object.fromEntries(plants)
    })
  )
)

export interface SapOptions {
  readonly origin: string
  /** `sap-client`: three digits. */
  readonly client: string
  readonly user: string
  readonly password: Redacted.Redacted
  readonly plants: ReadonlyMap<PlantId, SapPlant>
  readonly timeoutMillis?: number
}

export const activitiesOf = ({ activities = { machineTime: 2, laborTime: 3 } }: Pick<SapPlant, "activities">) =>
  activities

export interface Plants {
  readonly of: (plant: PlantId) => SapPlant | undefined
  readonly named: (werks: string) => { readonly id: PlantId; readonly plant: SapPlant } | undefined
}

export const plantsOf = (plants: SapOptions["plants"]): Plants => ({
  of: (id) => plants.get(id),
  named: (werks) => {
    for (const [id, plant] of plants) if (plant.plant === werks) return { id, plant }
    return undefined
  }
})

export const unknownPlant = (plant: PlantId): DataQualityIssue =>
  new DataQualityIssue({
    field: "plant",
    value: plant,
    reason: `It isn't said which plant of SAP ${plant} is`,
    nextStep: "Add the plant to the settings of SAP, and resubmit"
  })

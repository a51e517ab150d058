// How one SAP S/4HANA is reached, and what the plants are called there. Used inside adapters/erp/sap and by whoever composes
// it.
import type { Redacted } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"

/** One of the six activities that an operation's work center has times for. */
export type ActivitySlot = 1 | 2 | 3 | 4 | 5 | 6

/** Each plant's own. */
export interface SapPlant {
  /** WERKS, four characters. No two plants of Traveler have the same. */
  readonly plant: string
  /** Of a movement that doesn't say where: SAP always says it. */
  readonly storageLocation: string
  /** In which texts are told, as SAP's two letters; `EN` where absent. */
  readonly language?: string
  /**
   * Where labor and machine time stand in the standard value key of the plant's work centers; machine 2 and labor 3 where
   * absent, as in SAP's own key SAP1.
   */
  readonly activities?: { readonly laborTime: ActivitySlot; readonly machineTime: ActivitySlot }
  /** Reasons of scrap as they are reported → SAP's variance reason codes. A reason that is a code already needs none. */
  readonly reasons?: ReadonlyMap<string, string>
  /** False: a confirmation moves nothing but what it names. SAP takes the components marked for backflush where absent. */
  readonly backflush?: boolean
  /** Where batch numbers are unique (SAP's batch level): of the material where absent, else of the plant. */
  readonly batchLevel?: "material" | "plant"
}

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

// Units of UN/ECE Recommendation 20 and SAP's own for them. Pure; used inside adapters/erp/sap.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import { Unit } from "../../../core/plant/quantity.ts"

/** Of two codes of one unit the first is what SAP's is called here. */
const names: ReadonlyArray<readonly [code: string, sap: string]> = [
  ["EA", "EA"],
  ["C62", "EA"],
  ["PCE", "PC"],
  ["H87", "PC"],
  ["KGM", "KG"],
  ["GRM", "G"],
  ["MGM", "MG"],
  ["TNE", "TO"],
  ["LBR", "LB"],
  ["ONZ", "OZ"],
  ["LTR", "L"],
  ["MLT", "ML"],
  ["MTQ", "M3"],
  ["CMQ", "CCM"],
  ["GLL", "GAL"],
  ["MTR", "M"],
  ["CMT", "CM"],
  ["MMT", "MM"],
  ["KMT", "KM"],
  ["FOT", "FT"],
  ["MTK", "M2"],
  ["CMK", "CM2"],
  ["HUR", "H"],
  ["MIN", "MIN"],
  ["SEC", "S"],
  ["DAY", "DAY"]
]

const sapByCode = new Map(names)
const codeBySap = new Map(names.toReversed().map(([code, sap]) => [sap, Unit.make(code)]))

/** SAP's unit of up to three characters is its own where the list has none: a plant may have units of its own. */
const own = (unit: string): string | undefined => (/^[^\p{Ll}]{1,3}$/u.test(unit) ? unit : undefined)

const named = (unit: Unit): string | undefined => sapByCode.get(unit) ?? own(unit)

export const sapUnit = (unit: Unit): Effect.Effect<string, DataQualityIssue> => {
  const sap = named(unit)
  return sap === undefined
    ? Effect.fail(
        new DataQualityIssue({
          field: "unit",
          value: unit,
          reason: `SAP has no unit for ${unit}`,
          nextStep: "Report it in a unit of SAP's, or add it to adapters/erp/sap/units.ts"
        })
      )
    : Effect.succeed(sap)
}

export const unitOf = (sap: string): Unit => codeBySap.get(sap) ?? Unit.make(sap)

/** The same for what is told: whether it makes sense isn't known here. */
export const unitName = (sap: string): string => codeBySap.get(sap) ?? sap

/** What comes back for it. */
export const asHeld = (unit: Unit): Unit => {
  const sap = named(unit)
  return sap === undefined ? unit : unitOf(sap)
}

// Units of UN/ECE Recommendation 20 and Tryton's symbols for them. Pure; used inside adapters/erp/tryton.
import { Unit } from "../../../core/plant/quantity.ts"

/** Of two codes of one symbol the first is what Tryton's is called here. */
const symbols: ReadonlyArray<readonly [code: string, symbol: string]> = [
  ["EA", "u"],
  ["PCE", "u"],
  ["C62", "u"],
  ["H87", "u"],
  ["KGM", "kg"],
  ["GRM", "g"],
  ["LBR", "lb"],
  ["ONZ", "oz"],
  ["LTR", "l"],
  ["MTQ", "m³"],
  ["CMQ", "cm³"],
  ["GLL", "gal"],
  ["MTR", "m"],
  ["CMT", "cm"],
  ["MMT", "mm"],
  ["KMT", "km"],
  ["INH", "in"],
  ["FOT", "ft"],
  ["MTK", "m²"],
  ["CMK", "cm²"],
  ["HUR", "h"],
  ["MIN", "min"],
  ["SEC", "s"],
  ["DAY", "d"]
]

const symbolByCode = new Map(symbols)
const codeBySymbol = new Map(symbols.toReversed().map(([code, symbol]) => [symbol, Unit.make(code)]))

/** Undefined where Tryton has no symbol for it. */
export const symbolOf = (unit: Unit): string | undefined => symbolByCode.get(unit)

export const unitOf = (symbol: string): Unit | undefined => codeBySymbol.get(symbol)

/** What comes back for it. */
export const asHeld = (unit: Unit): Unit => {
  const symbol = symbolOf(unit)
  return (symbol === undefined ? undefined : unitOf(symbol)) ?? unit
}

// A lot's number in Tryton, which has lots of a product and no scopes. Pure; used inside adapters/erp/tryton.
import { LotId, type PlantId } from "../../../core/plant/identifiers.ts"
import { LotScope, plantScope } from "../../../core/plant/lot.ts"

interface Lot {
  readonly lotId: LotId
  readonly scope: LotScope
}

const scoped = /^(.+) \((enterprise|plant\/[A-Za-z0-9_-]{1,60}|supplier\/[^\p{Cc}\p{Cs}/]{1,60})\)$/u

/** The plant's own lots by their bare number, unless that reads as one with its scope. */
export const lotNumber = (plant: PlantId, { lotId, scope }: Lot): string =>
  scope === plantScope(plant) && !scoped.test(lotId) ? lotId : `${lotId} (${scope})`

/** What `lotNumber` was made of. */
export const lotOfNumber = (plant: PlantId, number: string): Lot => {
  const [, lotId, scope] = scoped.exec(number) ?? []
  return lotId === undefined || scope === undefined
    ? { lotId: LotId.make(number), scope: plantScope(plant) }
    : { lotId: LotId.make(lotId), scope: LotScope.make(scope) }
}

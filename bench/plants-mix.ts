// The simulator's two plants as a load: orders and lots, several lines and lots a message, without trouble. Used by the
// bench's scenarios.
import { Schema } from "effect"
import { simulation } from "../adapters/simulator/simulation.ts"
import type { PlantId } from "../core/plant/identifiers.ts"
import type { Load } from "./core/run.ts"

const untroubled = { duplicates: 0, reorder: 0, late: 0, bad: 0, doubleReports: 0 }

const Line = Schema.Struct({ lotId: Schema.optionalKey(Schema.String) })
/** What of a body says which lots hear of it. */
const Body = Schema.fromJsonString(
  Schema.Struct({
    materials: Schema.optionalKey(Schema.Array(Line)),
    into: Schema.optionalKey(Schema.Array(Line)),
    from: Schema.optionalKey(Schema.Union([Schema.Array(Line), Schema.String]))
  })
)
const decodeBody = Schema.decodeUnknownSync(Body)
const decoder = new TextDecoder()

/** Each line of an order's material, each part of a split or a merge, and a transfer's other end, where it is a lot. */
const lotsTold = (type: string, body: Uint8Array): number => {
  const { from, into, materials } = decodeBody(decoder.decode(body))
  const isLot = ({ lotId }: typeof Line.Type) => lotId !== undefined
  if (materials !== undefined) return materials.filter(isLot).length
  if (type === "LotTransferred") return 1
  return (into ?? (typeof from === "object" ? from : [])).length
}

export interface PlantsMix {
  readonly loads: ReadonlyArray<Load>
  readonly messages: number
  /** How many times reactions tell a lot of a line, reversals apart. */
  readonly told: number
}

/** Nearly so many messages, the same ones at every call. */
export const plantsMix = (discrete: PlantId, process: PlantId, messages: number): PlantsMix => {
  const { publications } = simulation({ discrete, process }, { seed: 1, messages, ...untroubled })
  const loads = Array.from(publications, ([plant, sent]) => ({
    plant,
    messages: sent.length,
    publications: () => sent.map((publication) => ({ ...publication, messageId: publication.messageId ?? "" }))
  }))
  const all = [...publications.values()].flat()
  return {
    loads,
    messages: all.length,
    told: all.reduce((sum, { body, type }) => sum + lotsTold(type ?? "", body), 0)
  }
}

const notices = ["LotConsumed", "LotReturned", "LotProduced", "LotDerived", "LotPassedOn"]

/** How many times the journal says that a lot was told of a line. */
export const toldIn = (types: ReadonlyMap<string, number>): number =>
  notices.reduce((sum, type) => sum + (types.get(type) ?? 0), 0)

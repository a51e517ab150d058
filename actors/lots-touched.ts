// Which lots a message touches, for its trace: someone who looks for a lot finds every message about it. Pure.
// Used by the ingress.
import { category, lotOf, type StreamName } from "../core/journal/stream.ts"
import type { LotId } from "../core/plant/identifiers.ts"
import type { Incoming } from "../core/port/door.ts"
import type { LotTouched } from "../core/port/tracer.ts"

const none: ReadonlyArray<LotTouched> = []

const each = (parts: ReadonlyArray<{ readonly lotId: LotId }>, role: LotTouched["role"]): ReadonlyArray<LotTouched> =>
  parts.map(({ lotId }) => ({ lotId, role }))

const roles = { MaterialConsumed: "consumed", MaterialReturned: "subject", MaterialProduced: "produced" } as const

const ofOrder = (content: Incoming["content"]): ReadonlyArray<LotTouched> => {
  if (content._tag === "NotUnderstood") return none
  const { message } = content
  switch (message.type) {
    case "MaterialConsumed":
    case "MaterialReturned":
    case "MaterialProduced":
      return message.body.materials.flatMap((line) => [
        ...(line.lotId === undefined ? [] : [{ lotId: line.lotId, role: roles[message.type] }]),
        ...("into" in line && line.into !== undefined ? [{ lotId: line.into.lotId, role: "produced" as const }] : [])
      ])
    case "MaterialTakenOver":
      return message.body.materials.flatMap(({ lotId, use }) =>
        lotId === undefined ? [] : [{ lotId, role: use === "Consumed" ? ("consumed" as const) : ("produced" as const) }]
      )
    default:
      return none
  }
}

/** Each lot with its part in what happened; none where the message is about no lot. */
export const lotsTouched = (stream: StreamName, content: Incoming["content"]): ReadonlyArray<LotTouched> => {
  const kind = category(stream)
  if (kind === "order") return ofOrder(content)
  if (kind !== "lot") return none
  const { lotId } = lotOf(stream)
  if (content._tag === "Understood") {
    const { message } = content
    if (message.type === "LotSplit") return [{ lotId, role: "consumed" }, ...each(message.body.into, "produced")]
    if (message.type === "LotMerged") return [...each(message.body.from, "consumed"), { lotId, role: "produced" }]
    if (message.type === "LotTransferred")
      return [
        { lotId, role: "consumed" },
        { lotId: message.body.to.lotId, role: "produced" }
      ]
  }
  return [{ lotId, role: "subject" }]
}

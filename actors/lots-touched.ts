// Which lots a message touches, for its trace: someone who looks for a lot finds every message about it. Pure.
// Used by the ingress.
import { category, lotOf, type StreamName } from "../core/journal/stream.ts"
import type { LotId } from "../core/plant/identifiers.ts"
import type { Incoming } from "../core/port/door.ts"
import type { LotTouched } from "../core/port/tracer.ts"

const each = (parts: ReadonlyArray<{ readonly lotId: LotId }>, role: LotTouched["role"]): ReadonlyArray<LotTouched> =>
  parts.map(({ lotId }) => ({ lotId, role }))

/** Each lot with its part in what happened; none where the message is about no lot. */
export const lotsTouched = (stream: StreamName, content: Incoming["content"]): ReadonlyArray<LotTouched> => {
  if (category(stream) !== "lot") return []
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

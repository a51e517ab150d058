// A person's decision on what is kept of a plant's messages, told to the core: recorded first, done afterwards. Used by
// `archive redact` and `persons erase`.
import { Effect } from "effect"
import { route } from "../../actors/route.ts"
import type { PlantDecision } from "../../core/message/plant.ts"
import type { Redaction } from "../archive/redact.ts"
import type { Settings } from "../config.ts"
import { tellCore, toCommands } from "./tell-core.ts"
import { requireCore } from "./with-core.ts"

type Decision = Extract<PlantDecision, { readonly type: "MessageRedacted" | "PersonErased" }>

/** As the journal has it: why, by whom and when. */
export const decideOnKept = Effect.fnUntraced(function* (settings: Settings, decision: Decision) {
  const { body, type } = decision
  yield* requireCore(settings)
  const event = yield* tellCore(toCommands(type, body, route(body.plantId, decision)))
  return { reason: body.reason, by: event.metadata.by ?? null, at: event.recordedAt } satisfies Redaction
})

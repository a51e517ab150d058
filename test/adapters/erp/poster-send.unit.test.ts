// What one attempt, and the question about an earlier one, come to.
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { sending } from "../../../adapters/erp/poster-send.ts"
import { usualTiming } from "../../../adapters/erp/poster-timing.ts"
import type { OpenClaim } from "../../../adapters/erp/posting-attempt.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { NotYet } from "../../../core/port/erp.ts"
import { aPlant, confirmation } from "../../erp/documents.ts"
import { emptyErp, endpoint, postingOf } from "./alone.ts"

const locked = new TechnicalFailure({ field: "code", value: "LOCKED", reason: "Locked", nextStep: "Wait" })

const erp = emptyErp(() => Effect.fail(locked), { obstacleOf: () => undefined, settlesWithinMillis: 60_000 })
const { ask, send } = sending(erp, endpoint, usualTiming)

const document = confirmation(aPlant(), "O-1", 2)
const posting = postingOf(orderStream(document.plant, document.orderId), document)
const claim: OpenClaim = { key: document.key, attempt: 1, document: null, asked: 5, age: 70_000 }

it.effect.each([
  [1, "PostingDeferred"],
  [19, "PostingDeferred"],
  [20, "PostingFailed"],
  [21, "PostingDeferred"],
  [40, "PostingFailed"]
] as const)("attempt %i that fails for a technical reason is %s: a person is asked every twentieth time", ([n, type]) =>
  Effect.map(send(posting, n, 0), (outcome) => expect(outcome.type).toBe(type))
)

it.effect("the first delay after a resubmission is a first delay again", () =>
  Effect.gen(function* () {
    const outcome = yield* send(posting, 21, 0)
    expect(outcome.type === "PostingDeferred" && outcome.until).toBeLessThan(2_000)
  })
)

it.effect(
  "what may be posted only from a time on waits until then, at any attempt, and says nothing against the ERP",
  () =>
    Effect.gen(function* () {
      let failures = 0
      const counting = { ...endpoint, failed: () => void failures++ }
      const notYet = { ...erp, post: () => Effect.fail(new NotYet({ until: 5_000, reason: "Tomorrow" })) }
      const outcome = yield* sending(notYet, counting, usualTiming).send(posting, 20, 0)
      expect(outcome).toEqual({
        type: "PostingDeferred",
        until: 5_000,
        class: "NotYet",
        reason: "Tomorrow",
        rule: "fake/1"
      })
      expect(failures).toBe(0)
    })
)

it.effect("what isn't found is in doubt until the ERP would show it, and at the first asking", () =>
  Effect.gen(function* () {
    const types = yield* Effect.forEach(
      [claim, { ...claim, age: 69_999 }, { ...claim, asked: 0 }, { ...claim, document: "5000001" }],
      (open) => Effect.map(ask(posting, open), ({ type }) => type)
    )
    expect(types).toEqual(["PostingDeferred", "PostingInDoubt", "PostingInDoubt", "PostingAccepted"])
  })
)

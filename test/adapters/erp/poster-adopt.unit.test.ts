// What a person posted is looked for by what it says, and by the day on which it happened.
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { adopting } from "../../../adapters/erp/poster-adopt.ts"
import type { Posting } from "../../../adapters/erp/poster-queue.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import type { HeldDocument } from "../../../core/port/erp.ts"
import { aPlant, confirmation } from "../../erp/documents.ts"
import { postingOf } from "./alone.ts"

const document = confirmation(aPlant(), "O-1", 2)
const stream = orderStream(document.plant, document.orderId)
const { key: _, kind, plant: __, postingDate, ...content } = document

const posting: Posting = { ...postingOf(stream, document), attempts: 1, wasRefused: true }

/** Of these the ERP's number of the one that says what the posting says. */
const foundOf = (one: Posting, held: HeldDocument) =>
  Effect.map(
    adopting(
      {
        capabilities: { books: new Set(["documentsOf"]), inItsWords: (said) => said },
        documentsOf: () => Effect.succeed([held])
      },
      { taken: () => Effect.succeed(new Map()) }
    )(stream, [one]),
    (found) => found.get(one.key)
  )

it.effect("a person's is found on the day on which it happened, though a closed period has moved ours since", () =>
  Effect.gen(function* () {
    const moved = { ...posting, document: { ...document, postingDate: "2027-01-01" }, movedFrom: postingDate }
    expect(yield* foundOf(moved, { document: "4711", kind, content, postingDate })).toBe("4711")
    expect(yield* foundOf(moved, { document: "4711", kind, content, postingDate: "2026-01-01" })).toBeUndefined()
  })
)

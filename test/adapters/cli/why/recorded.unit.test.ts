// What the view `exceptions` says of a case about a message that was recorded, which decides how `why` tells of it.
import { expect, it } from "vitest"
import { caseStream } from "../../../../core/journal/stream.ts"
import { type ExceptionCase, evolve } from "../../../../projections/exceptions/exception-case.ts"
import { failure, subjectOf, Writer } from "../../../projections/events.ts"
import { caseId, stream } from "./known.ts"

it("a case says whether its message was recorded, and only looks as if it had been sent twice", () => {
  const recorded = (more: { readonly recorded?: true }) => {
    const writer = new Writer()
    const subject = { ...subjectOf("mes/17"), ...more }
    writer.write(caseStream(caseId), {
      type: "CaseOpened",
      data: { subject, failure, ownerRole: "steward", waiting: stream }
    })
    return writer.events.reduce<ExceptionCase | undefined>(evolve, undefined)?.recorded
  }
  expect(recorded({ recorded: true })).toBe(true)
  expect(recorded({})).toBe(null)
})

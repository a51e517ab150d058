// The file of `exceptions resubmit --from`: one corrected message a line, in JSON. Pure.
import { Result, Schema } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { CaseId } from "../../core/plant/identifiers.ts"
import type { Decision } from "./decide-case.ts"

/** `body` is an object, or the text of one. */
const Line = Schema.fromJsonString(
  Schema.Struct({ id: CaseId, body: Schema.Json, type: Schema.optionalKey(Schema.NonEmptyString) })
)
const decodeLine = Schema.decodeUnknownResult(Line)
const encoder = new TextEncoder()

export type Correction = Required<Pick<Decision, "caseId" | "replacement">>

const correction = ({ body, id, type }: typeof Line.Type): Correction => ({
  caseId: id,
  replacement: {
    bytes: encoder.encode(typeof body === "string" ? body : JSON.stringify(body)),
    contentType: "application/json",
    ...(type === undefined ? {} : { type })
  }
})

/** All lines or none; empty ones are passed over. The first that is malformed is named by its number. */
export const readCorrections = (
  file: string,
  text: string
): Result.Result<ReadonlyArray<Correction>, DataQualityIssue> => {
  const corrections: Array<Correction> = []
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue
    const decoded = decodeLine(line)
    if (Result.isFailure(decoded)) {
      return Result.fail(
        new DataQualityIssue({
          field: `${file}, line ${index + 1}`,
          value: line.trim().slice(0, 200),
          reason: decoded.failure.message,
          nextStep: 'Write it as {"id": "<the case>", "body": {...}}; nothing was sent'
        })
      )
    }
    corrections.push(correction(decoded.success))
  }
  return Result.succeed(corrections)
}

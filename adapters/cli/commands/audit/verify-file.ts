// An export verified offline, as `traveler audit verify FILE` tells it.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../../core/failure.ts"
import type { Finding } from "../../../audit/exported-events.ts"
import type { PublicKey } from "../../../audit/keys.ts"
import { type VerifiedExport, verifyExport } from "../../../audit/verify-export.ts"
import { answer, answerJson } from "../../output.ts"

const findingLine = ({ file, line, reason }: Finding): string =>
  `CHANGED: ${file}${line === undefined ? "" : `, line ${line}`}. ${reason}.`

const inWords = (found: VerifiedExport, trusted: PublicKey | undefined): string => {
  const { checkpoint, findings, notYetProven, proven, rawMessages, subject } = found
  const by =
    trusted === undefined
      ? "which came with the export: compare it with the one you were given"
      : "vouched for by the one that you trust"
  return [
    `An export of ${subject}, proven by checkpoint ${checkpoint.number} of ${checkpoint.time}.`,
    `Its key is ${checkpoint.key}, ${by}.`,
    `${proven} events are proven to be what was signed. ${notYetProven} are not yet proven: recorded after it. ${rawMessages} raw messages are with it.`,
    ...findings.map(findingLine),
    findings.length === 0 ? "Nothing was changed." : "SOMETHING WAS CHANGED."
  ].join("\n")
}

const changed = (path: string, { findings }: VerifiedExport) =>
  new DataQualityIssue({
    field: "export",
    value: path,
    reason: `${findings.length} things in it aren't what was exported`,
    nextStep: "Ask for the export anew, from whoever has the journal"
  })

export const verifyFile = Effect.fnUntraced(function* (path: string, trusted: PublicKey | undefined, json: boolean) {
  const found = yield* verifyExport(path, trusted)
  const sound = found.findings.length === 0
  yield* json ? answerJson({ sound, trusted: trusted !== undefined, ...found }) : answer(inWords(found, trusted))
  if (!sound) return yield* changed(path, found)
})

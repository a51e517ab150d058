// `traveler audit verify`: holds the journal against what has left the machine, or an export against itself, offline.
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../../core/failure.ts"
import { Journal } from "../../../../core/journal/journal.ts"
import { type PublicKey, readPublicKey } from "../../../audit/keys.ts"
import { isUrl } from "../../../audit/place.ts"
import { readPublished } from "../../../audit/published.ts"
import { isSound, lastSent, type Verdict, verdict } from "../../../audit/verdict.ts"
import { proveOnAllProcessors } from "../../../audit/workers.ts"
import type { Settings } from "../../../config.ts"
import { verdictAsJson, verdictInWords } from "../../describe-verdict.ts"
import { answer, answerJson } from "../../output.ts"
import { draw, drawn } from "../../progress.ts"
import { withStorage } from "../../with-core.ts"
import { publicKey } from "./flags.ts"
import { verifyFile } from "./verify-file.ts"

const folderOf = (given: Option.Option<string>, { auditPublish }: Settings): string | undefined =>
  Option.getOrUndefined(Option.orElse(given, () => Option.filter(auditPublish, (place) => !isUrl(place))))

/** A key vouches for checkpoints alone, so without any the answer would be silent about it. */
const nothingToTrust = () =>
  new DataQualityIssue({
    field: "checkpoints",
    value: "",
    reason: "No folder of checkpoints is known, so there is nothing that the key could have signed",
    nextStep: "Give --checkpoints DIR, or TRAVELER_AUDIT_PUBLISH; copy what was published to an address into a folder"
  })

const drawEvery = 250_000

const proved = Effect.fnUntraced(function* (
  settings: Settings,
  folder: string | undefined,
  trusted: PublicKey | undefined
) {
  const { heads, partitions } = yield* Journal
  const sent = yield* lastSent
  const published = folder === undefined ? { checkpoints: [] } : yield* readPublished(folder, trusted)
  const events = [...(yield* heads).values()].reduce((sum, head) => sum + head, 0)
  let [read, shown] = [0, 0]
  const found = yield* proveOnAllProcessors(
    {
      ...{ partitions, postgresUrl: settings.postgresUrl, folder: folder ?? "" },
      checkpoints: published.checkpoints.map(({ hashes, number, partitions }) => ({ hashes, number, partitions }))
    },
    (more) => {
      read += more
      if (read - shown < drawEvery) return
      shown = read
      Effect.runSync(draw(Math.min(read, events), events))
    }
  )
  if (shown > 0) yield* drawn
  return yield* verdict(sent, published, found)
})

const unsound = ({ alteredBlocks, alteredRaw, besides, doubts, partitions, undecided }: Verdict) => {
  const breaks = partitions.filter((partition) => partition.break !== undefined).length
  return new DataQualityIssue({
    field: "journal",
    value: "",
    reason: `${breaks} partitions are broken, ${besides.length} events or names are in no log, ${doubts.length} checkpoints and ${alteredRaw.length + undecided.length + alteredBlocks.length} raw messages or blocks of them aren't what they were`,
    nextStep:
      "Stop the core, keep the database as it is, and hold the places that are named against a backup (docs/audit.md)"
  })
}

const verifyDatabase = (checkpoints: Option.Option<string>, trusted: PublicKey | undefined, json: boolean) =>
  withStorage((settings) =>
    Effect.gen(function* () {
      const folder = folderOf(checkpoints, settings)
      if (folder === undefined && trusted !== undefined) return yield* nothingToTrust()
      const begun = yield* Clock.currentTimeMillis
      const found = yield* proved(settings, folder, trusted)
      const told = { folder, trusted, milliseconds: (yield* Clock.currentTimeMillis) - begun }
      yield* json ? answerJson(verdictAsJson(found, told)) : answer(verdictInWords(found, told))
      if (!isSound(found)) return yield* unsound(found)
    })
  )

export const verify = Command.make(
  "verify",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("An export, verified offline; the journal where absent"),
      Argument.optional
    ),
    checkpoints: Flag.String("checkpoints").pipe(
      Flag.withDescription("The folder that checkpoints were published to; TRAVELER_AUDIT_PUBLISH where absent"),
      Flag.optional
    ),
    publicKey,
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ checkpoints, file, json, publicKey }) =>
    Effect.gen(function* () {
      const trusted = Option.isSome(publicKey) ? yield* readPublicKey(publicKey.value) : undefined
      return yield* Option.isSome(file)
        ? verifyFile(file.value, trusted, json)
        : verifyDatabase(checkpoints, trusted, json)
    })
).pipe(Command.withDescription("Prove the journal, or an export of it, to be what was signed"))

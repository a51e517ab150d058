// `traveler persons`: people are known by a random id, and can be forgotten.
import { Clock, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { Persons } from "../../../core/port/persons.ts"
import type { Holder } from "../../archive/badge.ts"
import { digestsSaying, erasePerson, personOf } from "../../archive/erase-person.ts"
import { personsLayer } from "../../postgres/persons.ts"
import { untilAllIsArchived } from "../archive-end.ts"
import { decideOnKept } from "../decide-on-kept.ts"
import { answer, say } from "../output.ts"
import { withBroker } from "../with-core.ts"

const nobody = ({ badge, plant }: Holder) =>
  new DataQualityIssue({
    field: "badge",
    value: badge,
    reason: `Nobody of plant ${plant} has this badge, and no message that is kept says it`,
    nextStep: "Give the badge as the plant's messages say it; --plant traveler for who decided on the command line"
  })

/** A badge that only parked messages say has no id yet, nor has one whose erasure was interrupted: it is given one. */
const idOf = Effect.fnUntraced(function* (holder: Holder) {
  const known = yield* personOf(holder)
  if (known !== undefined) return known
  const saying = yield* digestsSaying(holder)
  const persons = yield* Persons
  const [id] = saying.length === 0 ? [] : yield* persons.identify([holder])
  return id ?? (yield* nobody(holder))
})

const erase = Command.make(
  "erase",
  {
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Whose badge it is; traveler for who decided on the command line")
    ),
    badge: Flag.String("badge").pipe(Flag.withSchema(Badge), Flag.withDescription("As the plant's messages say it")),
    by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who decides")),
    reason: Flag.String("reason").pipe(Flag.withDescription("Why, without the name of whom it is about"))
  },
  ({ badge, by, plant, reason }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        const holder = { plant, badge }
        const personId = yield* idOf(holder)
        const occurredAt = OccurredAt.make(new Date(yield* Clock.currentTimeMillis).toISOString())
        const redaction = yield* decideOnKept(settings, {
          type: "PersonErased",
          body: { plantId: plant, occurredAt, badge: by, reason, personId }
        })
        yield* say("Recorded. Waiting until no core remembers the badge, then looking through everything that is kept")
        const redacted = yield* erasePerson(holder, personId, redaction, untilAllIsArchived(settings))
        return yield* answer(
          `The badge is forgotten; ${redacted} messages that said it are redacted. The history keeps person ${personId}, who is nobody now.`
        )
      }).pipe(Effect.provide(personsLayer))
    )
).pipe(Command.withDescription("Forget a person: the badge, and the bytes of every message that says it"))

export const persons = Command.make("persons").pipe(
  Command.withDescription("People are known by a random id, and can be forgotten"),
  Command.withSubcommands([erase])
)

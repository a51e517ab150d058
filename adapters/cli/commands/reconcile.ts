// `traveler reconcile`: what the MES reported, what the journal holds, what the ERP has, and the command for each difference.
import { Clock, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { route } from "../../../actors/route.ts"
import { BusinessRuleViolation } from "../../../core/failure.ts"
import { category, lotOf, orderOf, plantOf, StreamName } from "../../../core/journal/stream.ts"
import type { Difference } from "../../../core/message/reconciliation.ts"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { differencesOf, lastReconciliations } from "../../../projections/reconciliation/queries.ts"
import type { Settings } from "../../config.ts"
import { coreIsRunning } from "../../postgres/presence.ts"
import { usualSince } from "../../reconciliation/range.ts"
import { type Reconciled, reconcile as reconciled } from "../../reconciliation/run.ts"
import { erpLayer } from "../core.ts"
import { fullName } from "../known-lots.ts"
import { answer, answerJson, say } from "../output.ts"
import { repairDifference } from "../repair-difference.ts"
import { tellCore, toCommands } from "../tell-core.ts"
import { requireCore, withBroker } from "../with-core.ts"

type Told = Omit<Reconciled, "occurredAt">

const subjectOf = (of: string): string => {
  const stream = StreamName(of)
  return category(stream) === "order" ? `order ${plantOf(stream)}/${orderOf(stream)}` : `lot ${fullName(lotOf(stream))}`
}

const command = (words: string): string => `npm run traveler -- ${words}`

const asJson = (plants: ReadonlyArray<Told>) => ({
  plants: plants.map(({ differences, ...plant }) => ({
    ...plant,
    differences: differences.map(({ repair, stream, ...difference }) => ({
      ...difference,
      subject: subjectOf(stream),
      repair: command(repair)
    }))
  }))
})

const kinds: { readonly [Kind in Difference["kind"]]: string } = {
  parkedMessage: "a message can't be read",
  waitingDirective: "a directive waits",
  withheld: "withheld",
  onItsWay: "on its way",
  deferred: "waits for its time",
  inDoubt: "in doubt",
  failed: "refused by the ERP",
  omitted: "left out",
  shadowed: "left to people",
  waived: "waived",
  gone: "the ERP holds it no more",
  changed: "the ERP holds it otherwise",
  postedByOthers: "posted by somebody else",
  notInErp: "told by the ERP, which doesn't hold it",
  stock: "the ERP's stock is another"
}

const columns = ({ erp, journal, reported }: Difference): ReadonlyArray<string> =>
  Object.keys(reported).map(
    (cell) => `    ${cell}: ${reported[cell]} reported, ${journal[cell]} in the journal, ${erp[cell] ?? "?"} in the ERP`
  )

const lines = (difference: Difference): ReadonlyArray<string> => {
  const { about, id, kind, repair, since, stream, value } = difference
  return [
    `  ${id}  ${subjectOf(stream)}: ${kinds[kind]} (${about}), since ${since}${value === undefined ? "" : `, ${value.value} ${value.currency}`}`,
    ...columns(difference),
    `    ${command(repair)}`
  ]
}

const inWords = ({ differences, equal, lots, more = 0, orders, plant }: Told): string =>
  [
    `${plant}: ${equal} of ${orders} orders and ${lots} lots are equal, ${differences.length + more} differences${more === 0 ? "" : ` (the oldest ${differences.length} are told)`}.`,
    ...differences.flatMap(lines)
  ].join("\n")

const unequal = (plants: ReadonlyArray<Told>) =>
  new BusinessRuleViolation({
    field: "reconcile",
    value: plants.map(({ plant }) => plant).join(", "),
    reason: `${plants.reduce((sum, { differences, more = 0 }) => sum + differences.length + more, 0)} differences`,
    nextStep: "Repair each with the command that is told with it"
  })

const tell = Effect.fnUntraced(function* (plants: ReadonlyArray<Told>, isJson: boolean, nothing: string) {
  yield* isJson ? answerJson(asJson(plants)) : answer(plants.length === 0 ? nothing : plants.map(inWords).join("\n"))
  if (plants.some(({ differences }) => differences.length > 0)) return yield* unequal(plants)
})

/** A core that runs keeps it, so that a difference's age is known and it can be repaired. */
const record = Effect.fnUntraced(function* ({ brokerUrl }: Settings, plants: ReadonlyArray<Reconciled>) {
  if (brokerUrl === "memory" || !(yield* coreIsRunning))
    return yield* say("No core runs, so nothing of this is recorded")
  yield* Effect.forEach(plants, (body) =>
    tellCore(toCommands("PlantReconciled", body, route(body.plant, { type: "PlantReconciled", body })))
  )
})

const found = Effect.fnUntraced(function* (plant: Option.Option<PlantId>, since: Option.Option<Date>) {
  const now = yield* Clock.currentTimeMillis
  return yield* reconciled({
    ...(Option.isSome(plant) ? { plant: plant.value } : {}),
    since: Option.isSome(since) ? since.value.getTime() : usualSince(now)
  })
})

const foundLast = Effect.fnUntraced(function* (plant: Option.Option<PlantId>) {
  const runs = (yield* lastReconciliations).filter((run) => Option.isNone(plant) || run.plant === plant.value)
  return yield* Effect.forEach(runs, ({ at, differences: _, more, ...run }) =>
    Effect.map(differencesOf(run.plant), (differences) => ({
      ...{ ...run, at: at.toISOString(), differences },
      ...(more === 0 ? {} : { more })
    }))
  )
})

const repair = Command.make(
  "repair",
  {
    ids: Argument.String("difference").pipe(Argument.withDescription("A difference's id"), Argument.atLeast(1)),
    by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who decides")),
    reason: Flag.String("reason").pipe(Flag.withSchema(Schema.NonEmptyString), Flag.withDescription("Why")),
    letStand: Flag.Boolean("let-stand").pipe(
      Flag.withDescription("Take a document that is gone as gone, instead of posting it again"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ by, ids, json, letStand, reason }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        yield* requireCore(settings)
        const repaired = yield* Effect.forEach(ids, (id) => repairDifference({ id, by, letStand, reason }))
        const told = repaired.map(({ difference: { id, kind, stream }, recorded }) => ({
          ...{ id, subject: subjectOf(stream), kind, recorded }
        }))
        return yield* json
          ? answerJson(told)
          : answer(told.map(({ id, recorded, subject }) => `${id}  ${subject}: recorded as ${recorded}`).join("\n"))
      }).pipe(Effect.provide(erpLayer(settings)))
    )
).pipe(Command.withDescription("Have a lost document posted again, or take what the ERP has as it is"))

export const reconcile = Command.make(
  "reconcile",
  {
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone"),
      Flag.optional
    ),
    since: Flag.Date("since").pipe(
      Flag.withDescription("Orders that are over, too, if they changed since then; a week ago where absent"),
      Flag.optional
    ),
    last: Flag.Boolean("last").pipe(
      Flag.withDescription("What the last run found, without asking the ERP"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ json, last, plant, since }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        if (last) return yield* tell(yield* foundLast(plant), json, "Nothing was reconciled yet.")
        const plants = yield* found(plant, since)
        yield* record(settings, plants)
        return yield* tell(plants, json, "No such plant is served.")
      }).pipe(Effect.provide(erpLayer(settings)))
    )
).pipe(
  Command.withDescription("Hold what the MES reported, what the journal holds and what the ERP has against each other"),
  Command.withSubcommands([repair])
)

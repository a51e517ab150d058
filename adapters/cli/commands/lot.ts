// `traveler lot show` and `traveler lot trace`: one lot's state and history, and what it came from and went into.
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Journal } from "../../../core/journal/journal.ts"
import { category, lotOf, lotStream, orderOf, plantOf, type StreamName } from "../../../core/journal/stream.ts"
import { type Direction, type Edge, edgesFrom } from "../../../projections/genealogy/queries.ts"
import { lotByKey } from "../../../projections/lots/queries.ts"
import { postingsOfLot } from "../../../projections/postings/queries.ts"
import { lotTags, traceLines, traceLinks } from "../../telemetry/jaeger.ts"
import { documentEntry, documentLine } from "../describe-document.ts"
import { lotLines } from "../describe-lot.ts"
import { historyEntry, historyLine } from "../history.ts"
import { fullName, knownLot } from "../known-lots.ts"
import { answer, answerJson } from "../output.ts"
import { takenOver } from "../taken-over.ts"
import { withStorage } from "../with-core.ts"

const gathered = Effect.fnUntraced(function* (id: string, jaegerUrl: string) {
  const journal = yield* Journal
  const key = yield* knownLot(id)
  const events = yield* journal.readStream(lotStream(key), 0)
  const postings = yield* postingsOfLot(key)
  const links = traceLinks(jaegerUrl, lotTags(key.lotId), events, postings)
  return { key, lot: yield* lotByKey(key), events, postings, links }
})
type Gathered = Effect.Success<ReturnType<typeof gathered>>

const inWords = ({ key, lot, events, postings, links }: Gathered): string => {
  if (lot === undefined) return `Lot ${fullName(key)} isn't in the view yet.`
  return [
    ...lotLines(lot),
    "",
    "History",
    ...events.map(historyLine),
    "",
    "Documents of its own",
    ...postings.map(documentLine),
    "",
    "Traces",
    ...traceLines(links)
  ].join("\n")
}

const id = Argument.String("id").pipe(
  Argument.withDescription("The lot's number, <item>/<lot> or <scope>/<item>/<lot>")
)
const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const show = Command.make("show", { id, json }, ({ id, json }) =>
  withStorage(({ jaegerUrl }) =>
    Effect.flatMap(gathered(id, jaegerUrl), (found) =>
      json
        ? answerJson({
            ...found.key,
            lot: found.lot,
            history: found.events.map(historyEntry),
            postings: found.postings.map(documentEntry),
            ...found.links
          })
        : answer(inWords(found))
    )
  )
).pipe(Command.withDescription("Show a lot's balance, use, whereabouts, history and documents"))

const directions = { backward: ["backward"], forward: ["forward"], both: ["backward", "forward"] } as const

const heading = { backward: "Made of", forward: "Went into" } as const

const nodeName = (stream: StreamName): string =>
  category(stream) === "order" ? stream.replace("/", " ") : fullName(lotOf(stream))

/** Nobody here knows what was before that. */
const historyOf = (begins: ReadonlyMap<StreamName, string>, stream: StreamName): string => {
  const at = begins.get(stream)
  return at === undefined ? "" : `; history begins here: taken over from the ERP ${at}`
}

/** Each lot or order below the one that leads to it; one that was shown before is named only, so that a cycle ends. */
const tree = (
  edges: ReadonlyArray<Edge>,
  direction: Direction,
  root: StreamName,
  begins: ReadonlyMap<StreamName, string>
): ReadonlyArray<string> => {
  const [near, far] = direction === "forward" ? (["source", "target"] as const) : (["target", "source"] as const)
  const from = Map.groupBy(edges, (edge) => edge[near])
  const seen = new Set<StreamName>([root])
  const lines: Array<string> = []
  const below = (stream: StreamName, indent: string): void => {
    for (const edge of from.get(stream) ?? []) {
      const isKnown = seen.has(edge[far])
      seen.add(edge[far])
      const more = isKnown && from.has(edge[far]) ? " (see above)" : ""
      lines.push(
        `${indent}${nodeName(edge[far])}: ${edge.quantity} ${edge.unit}, ${edge.through}, ${edge.certainty}${more}${historyOf(begins, edge[far])}`
      )
      if (!isKnown) below(edge[far], `${indent}  `)
    }
  }
  below(root, "  ")
  return lines.length === 0 ? ["  nothing known"] : lines
}

const nodeJson = (stream: StreamName) =>
  category(stream) === "order" ? { plantId: plantOf(stream), orderId: orderOf(stream) } : lotOf(stream)

const edgeJson = ({ source, target, ...edge }: Edge) => ({ from: nodeJson(source), to: nodeJson(target), ...edge })

const trace = Command.make(
  "trace",
  {
    id,
    json,
    direction: Flag.Literals("direction", ["backward", "forward", "both"]).pipe(
      Flag.withDescription("To what it was made of, to what was made of it, or both"),
      Flag.withDefault("both")
    )
  },
  ({ direction, id, json }) =>
    withStorage(() =>
      Effect.gen(function* () {
        const key = yield* knownLot(id)
        const stream = lotStream(key)
        const found = yield* Effect.forEach(directions[direction], (way) =>
          Effect.map(edgesFrom(stream, way), (edges) => ({ way, edges }))
        )
        const reached = found.flatMap(({ edges }) => edges.flatMap(({ source, target }) => [source, target]))
        const begins = yield* takenOver([stream, ...reached])
        if (json) {
          const ways = found.map(({ way, edges }) => [way, edges.map(edgeJson)] as const)
          const takenOver = Array.from(begins, ([node, at]) => ({ ...nodeJson(node), at }))
          return yield* answerJson({ ...key, ...Object.fromEntries(ways), takenOver })
        }
        const parts = found.map(({ way, edges }) => [heading[way], ...tree(edges, way, stream, begins)].join("\n"))
        return yield* answer([`Lot ${fullName(key)}${historyOf(begins, stream)}`, ...parts].join("\n"))
      })
    )
).pipe(Command.withDescription("Show what a lot was made of, and what was made of it"))

export const lot = Command.make("lot").pipe(
  Command.withDescription("Look at lots"),
  Command.withSubcommands([show, trace])
)

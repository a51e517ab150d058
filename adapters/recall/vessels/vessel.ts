// What came of what in one vessel, by its movements in order of time, the way it mixes, and its clean breaks. Pure. Used by
// `derive.ts` of this room.
import { zero } from "../../../core/plant/decimal.ts"
import { accumulate, none, type Sums, Unit } from "../../../core/plant/quantity.ts"
import type { MixingModel } from "../../../core/plant/vessel.ts"
import type { CleanBreak } from "../clean-break.ts"
import type { DerivedEdge, Node } from "../derived.ts"
import { type Place, type Times, Trail } from "../place.ts"
import { type Content, type Ended, isEmpty, isShort, known, layers, pool, type Rest, together } from "./content.ts"
import { type Definition, mixingBy, takenAs, whyOf } from "./mixing.ts"
import type { Movement } from "./movement.ts"

class Vessel {
  readonly #place: Place
  readonly #trail: Trail
  readonly #isOneUnit: boolean
  /** Absent while it is no vessel. */
  #mixing: MixingModel | undefined
  #content: Content | undefined
  /** By the books, since it was last cleaned. */
  #balance: Sums = none
  /** The same of each number, ever since. */
  readonly #lots = new Map<Node, Sums>()
  /** Since it was last cleaned. */
  #came: Array<Movement> = []
  /** Of what went out before the books say that so much had come: the next that comes may have been it. */
  #owed: Node | undefined

  constructor(place: Place, isOneUnit: boolean) {
    this.#place = place
    this.#trail = new Trail("vessel", place)
    this.#isOneUnit = isOneUnit
  }

  get edges(): ReadonlyArray<DerivedEdge> {
    return this.#trail.edges
  }

  readonly #link = (source: Node, target: Node, times: Times): void => {
    if (this.#mixing === undefined) return
    this.#trail.edge(source, target, times, whyOf(this.#place, this.#mixing, this.#isOneUnit))
  }

  #fresh(mixing: MixingModel, rest: Rest): Content {
    const model = takenAs(mixing, this.#isOneUnit)
    if (model === "mixed" || model === "untilCleaned") return pool(model === "mixed", rest, this.#trail, this.#link)
    const quantity = Object.values(this.#balance)[0] ?? zero
    return layers(model === "firstInFirstOut" ? "first" : "last", rest, quantity, this.#trail, this.#link)
  }

  /** What is in it by then is what the new way begins with: nobody knows any more how it lies there. */
  become(mixing: MixingModel | undefined, times: Times): void {
    if (mixing === this.#mixing) return
    if (this.#mixing === undefined) {
      this.#mixing = mixing
      this.#bookWhatIsThere()
    } else {
      this.settle(times)
    }
    const held = this.#content?.held() ?? this.#there()
    const node = together(held, times, this.#trail, this.#link)
    this.#mixing = mixing
    this.#content = mixing === undefined ? undefined : this.#fresh(mixing, { node, isOver: false })
  }

  /** While it was no vessel: the numbers that the books have there, and what came without one, of which they have no account. */
  #there(): ReadonlyArray<Node> {
    const numbers = [...this.#lots].flatMap(([lot, sums]) => (isEmpty(sums) ? [] : [lot]))
    return [...numbers, ...this.#unnumbered().map(({ end }) => end)]
  }

  #unnumbered(): ReadonlyArray<Ended> {
    return known(this.#came.filter(({ lot }) => lot === undefined)) ?? []
  }

  #bookWhatIsThere(): void {
    this.#startBooks()
    this.#book(this.#unnumbered(), 1)
    for (const sums of this.#lots.values()) {
      if (isEmpty(sums)) continue
      for (const [unit, value] of Object.entries(sums)) {
        this.#balance = accumulate(this.#balance, { value, unit: Unit.make(unit) }, 1)
      }
    }
  }

  #startBooks(): void {
    this.#balance = none
    this.#owed = undefined
  }

  /** What came while it was cleaned may be in it still. */
  clean(cleanBreak: CleanBreak): void {
    const during = this.#came.filter(({ at }) => at > cleanBreak.startedAt)
    this.#came = []
    if (this.#mixing === undefined) return
    this.#startBooks()
    const node = together(this.#content?.last() ?? [], cleanBreak, this.#trail, this.#link)
    this.#content = this.#fresh(this.#mixing, { node, isOver: true })
    for (const movements of Map.groupBy(during, ({ at }) => at).values()) this.#put(movements)
  }

  /** Of one time, all of them into it or all of them out of it. */
  move(movements: ReadonlyArray<Movement>, into: boolean): void {
    for (const { lot, quantity, unit } of movements) {
      if (lot === undefined) continue
      this.#lots.set(lot, accumulate(this.#lots.get(lot) ?? none, { value: quantity, unit }, into ? 1 : -1))
    }
    if (into) this.#put(movements)
    else this.#take(movements)
  }

  #book(movements: ReadonlyArray<Movement>, sign: 1 | -1): void {
    for (const { quantity, unit } of movements) {
      this.#balance = accumulate(this.#balance, { value: quantity, unit }, sign)
    }
  }

  #put(movements: ReadonlyArray<Movement>): void {
    for (const movement of movements) this.#came.push(movement)
    const ended = known(movements)
    if (ended !== undefined && this.#content !== undefined) {
      const holder = this.#content.put(ended, this.#balance)
      if (this.#owed !== undefined) this.#link(holder, this.#owed, ended[0])
    }
    this.#book(movements, 1)
    if (!isShort(this.#balance)) this.#owed = undefined
  }

  #take(movements: ReadonlyArray<Movement>): void {
    const sources = this.#content?.take(movements) ?? []
    this.#book(movements, -1)
    const ended = known(movements)
    if (ended === undefined) return
    // Of many for many, one node between them: not an edge for each pair.
    const [first, ...others] = ended
    const between = others.length === 0 ? undefined : together(sources, first, this.#trail, this.#link)
    const from = between === undefined ? sources : [between]
    for (const { end } of ended) for (const source of from) this.#link(source, end, first)
    if (!isShort(this.#balance)) return
    this.#owed ??= this.#trail.residue()
    for (const movement of ended) this.#link(this.#owed, movement.end, movement)
  }

  /** What the books have there under a number is of the pool; layers are what they are. */
  settle(times: Times): void {
    if (this.#mixing === undefined || this.#content === undefined) return
    const model = takenAs(this.#mixing, this.#isOneUnit)
    if (model !== "untilCleaned" && (model !== "mixed" || isEmpty(this.#balance))) return
    const [node] = this.#content.held()
    if (node === undefined) return
    for (const [lot, sums] of this.#lots) if (!isEmpty(sums)) this.#link(node, lot, times)
  }
}

/** What happens at one time: a word on the vessel holds, then what had been cleaned is clean, then it comes, then it goes. */
type Step = Times & { readonly rank: 0 | 1 | 2 | 3; readonly run: (vessel: Vessel) => void }

const atOnce = (movements: ReadonlyArray<Movement>, into: boolean): ReadonlyArray<Step> => {
  const times = Map.groupBy(
    movements.filter((movement) => movement.into === into),
    ({ at }) => at
  )
  return Array.from(times, ([at, some]): Step => {
    const recordedAt = some.reduce((latest, movement) => Math.max(latest, movement.recordedAt), 0)
    return { at, recordedAt, rank: into ? 2 : 3, run: (vessel) => vessel.move(some, into) }
  })
}

export const vesselEdges = (
  place: Place,
  definitions: ReadonlyArray<Definition>,
  movements: ReadonlyArray<Movement>,
  breaks: ReadonlyArray<CleanBreak>
): ReadonlyArray<DerivedEdge> => {
  const steps: ReadonlyArray<Step> = [
    ...mixingBy(definitions).map(({ from: at, mixing, recordedAt }): Step => {
      const times = { at, recordedAt }
      return { ...times, rank: 0, run: (vessel) => vessel.become(mixing ?? undefined, times) }
    }),
    ...breaks.map((cleanBreak): Step => ({ ...cleanBreak, rank: 1, run: (vessel) => vessel.clean(cleanBreak) })),
    ...atOnce(movements, true),
    ...atOnce(movements, false)
  ]
  const vessel = new Vessel(place, new Set(movements.map(({ unit }) => unit)).size <= 1)
  const inOrder = steps.toSorted((one, other) => one.at - other.at || one.rank - other.rank)
  for (const { run } of inOrder) run(vessel)
  const last = inOrder.at(-1)
  if (last !== undefined) vessel.settle(last)
  return vessel.edges
}

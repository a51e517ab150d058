// What came of what in one vessel, by its movements in order of time, the way it mixes, and its clean breaks. Pure. Used by
// `derive.ts` of this room.
import { zero } from "../../../core/plant/decimal.ts"
import { accumulate, none, type Sums } from "../../../core/plant/quantity.ts"
import type { MixingModel } from "../../../core/plant/vessel.ts"
import type { CleanBreak } from "../clean-break.ts"
import type { DerivedEdge, Node } from "../derived.ts"
import { type Place, type Times, Trail } from "../place.ts"
import { type Content, isEmpty, isShort, layers, pool, type Rest } from "./content.ts"
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

  #edge(source: Node, target: Node, times: Times): void {
    if (this.#mixing === undefined) return
    this.#trail.edge(source, target, times, whyOf(this.#place, this.#mixing, this.#isOneUnit))
  }

  #fresh(mixing: MixingModel, rest: Rest): Content {
    const model = takenAs(mixing, this.#isOneUnit)
    const edge = (source: Node, target: Node, times: Times) => this.#edge(source, target, times)
    if (model === "mixed" || model === "untilCleaned") return pool(model === "mixed", rest, this.#trail, edge)
    const quantity = Object.values(this.#balance)[0] ?? zero
    return layers(model === "firstInFirstOut" ? "first" : "last", rest, quantity)
  }

  /** One node for all of these. */
  #together(nodes: ReadonlyArray<Node>, times: Times): Node | undefined {
    if (nodes.length < 2) return nodes[0]
    const together = this.#trail.residue()
    for (const node of nodes) this.#edge(node, together, times)
    return together
  }

  /** What is in it by then is what the new way begins with: nobody knows any more how it lies there. */
  become(mixing: MixingModel | undefined, times: Times): void {
    if (mixing === this.#mixing) return
    this.settle(times)
    const node = this.#together(this.#content?.held() ?? [], times)
    if (mixing === undefined || this.#mixing === undefined) this.#startBooks()
    this.#mixing = mixing
    this.#content = mixing === undefined ? undefined : this.#fresh(mixing, { node, isOver: false })
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
    const node = this.#together(this.#content?.last() ?? [], cleanBreak)
    this.#content = this.#fresh(this.#mixing, { node, isOver: true })
    for (const movement of during) this.#put(movement)
  }

  move(movement: Movement): void {
    const { into, lot, quantity, unit } = movement
    if (lot !== undefined) {
      this.#lots.set(lot, accumulate(this.#lots.get(lot) ?? none, { value: quantity, unit }, into ? 1 : -1))
    }
    if (into) this.#put(movement)
    else this.#take(movement)
  }

  #put(movement: Movement): void {
    this.#came.push(movement)
    const { end, quantity, unit } = movement
    if (end !== undefined && this.#content !== undefined) {
      const holder = this.#content.put({ ...movement, end }, this.#balance)
      if (this.#owed !== undefined) this.#edge(holder, this.#owed, movement)
    }
    this.#balance = accumulate(this.#balance, { value: quantity, unit }, 1)
    if (!isShort(this.#balance)) this.#owed = undefined
  }

  #take(movement: Movement): void {
    const { end, quantity, unit } = movement
    const sources = this.#content?.take(movement) ?? []
    this.#balance = accumulate(this.#balance, { value: quantity, unit }, -1)
    if (end === undefined) return
    for (const source of sources) this.#edge(source, end, movement)
    if (!isShort(this.#balance)) return
    this.#owed ??= this.#trail.residue()
    this.#edge(this.#owed, end, movement)
  }

  /** What the books have there under a number is of the pool; layers are what they are. */
  settle(times: Times): void {
    if (this.#mixing === undefined || this.#content === undefined) return
    const model = takenAs(this.#mixing, this.#isOneUnit)
    if (model !== "untilCleaned" && (model !== "mixed" || isEmpty(this.#balance))) return
    const [node] = this.#content.held()
    if (node === undefined) return
    for (const [lot, sums] of this.#lots) if (!isEmpty(sums)) this.#edge(node, lot, times)
  }
}

/** What happens at one time: a word on the vessel holds, then what had been cleaned is clean, then it comes, then it goes. */
type Step = Times & { readonly rank: 0 | 1 | 2 | 3; readonly run: (vessel: Vessel) => void }

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
    ...movements.map(
      (movement): Step => ({
        ...movement,
        rank: movement.into ? 2 : 3,
        run: (vessel) => vessel.move(movement)
      })
    )
  ]
  const vessel = new Vessel(place, new Set(movements.map(({ unit }) => unit)).size <= 1)
  const inOrder = steps.toSorted((one, other) => one.at - other.at || one.rank - other.rank)
  for (const { run } of inOrder) run(vessel)
  const last = inOrder.at(-1)
  if (last !== undefined) vessel.settle(last)
  return vessel.edges
}

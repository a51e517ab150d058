// What a vessel holds while lots come and go: as layers that stay apart, or as one pool. Used by `vessel.ts` alone.
import { add, compare, type Decimal, subtract, zero } from "../../../core/plant/decimal.ts"
import { inUnit, type Sums } from "../../../core/plant/quantity.ts"
import type { Node } from "../derived.ts"
import type { Times, Trail } from "../place.ts"
import type { Movement } from "./movement.ts"

export type Ended = Movement & { readonly end: Node }

/** Movements of one time, at least one, whose ends are known. */
export type Known = readonly [Ended, ...ReadonlyArray<Ended>]

export const known = (movements: ReadonlyArray<Movement>): Known | undefined => {
  const [first, ...others] = movements.flatMap(({ end, ...movement }) =>
    end === undefined ? [] : [{ ...movement, end }]
  )
  return first === undefined ? undefined : [first, ...others]
}

type Edge = (source: Node, target: Node, times: Times) => void

/** One node for all of these. */
export const together = (nodes: ReadonlyArray<Node>, times: Times, trail: Trail, edge: Edge): Node | undefined => {
  const [first, another] = new Set(nodes)
  if (another === undefined) return first
  const residue = trail.residue()
  for (const node of nodes) edge(node, residue, times)
  return residue
}

/**
 * What came or went at one time comes and goes at once: nobody knows which was the first. `balance` is always what the books
 * have just before, by unit: negative where more went than came.
 */
export interface Content {
  /** The node that holds it from then on. */
  readonly put: (movements: Known, balance: Sums) => Node
  /** All that this may be of: an edge from each. */
  readonly take: (movements: ReadonlyArray<Movement>) => ReadonlyArray<Node>
  /** All that may be in it. */
  readonly held: () => ReadonlyArray<Node>
  /** The same; where it was cleaned and nothing has come since, what was in it before. */
  readonly last: () => ReadonlyArray<Node>
}

/** What it begins with; `isOver`: that was before it was cleaned, so it is only of what goes before anything comes. */
export interface Rest {
  readonly node: Node | undefined
  readonly isOver: boolean
}

export const isEmpty = (balance: Sums): boolean => Object.values(balance).every((sum) => compare(sum, zero) <= 0)
export const isShort = (balance: Sums): boolean => Object.values(balance).some((sum) => compare(sum, zero) < 0)

/**
 * One pool: whatever comes adds to it. It ends where the books say that it is empty, if `ends`; what goes out of it until
 * something new comes is still of it, for the books may be wrong.
 */
export const pool = (ends: boolean, rest: Rest, trail: Trail, edge: Edge): Content => {
  let { isOver, node } = rest
  const last = () => (node === undefined ? [] : [node])
  return {
    put: (movements, balance) => {
      const before = isOver || (ends && isEmpty(balance)) ? undefined : node
      const after = trail.residue()
      node = after
      isOver = false
      if (before !== undefined) edge(before, after, movements[0])
      for (const movement of movements) edge(movement.end, after, movement)
      return after
    },
    take: last,
    held: () => (isOver ? [] : last()),
    last
  }
}

interface Layer {
  readonly source: Node
  quantity: Decimal
}

const sumOf = (movements: ReadonlyArray<Movement>): Decimal =>
  movements.reduce((sum, { quantity }) => add(sum, quantity), zero)

const least = (one: Decimal, other: Decimal): Decimal => (compare(one, other) <= 0 ? one : other)

/**
 * Layers in one unit, taken from one end. What had gone before it came is no layer any more. What goes beyond all layers is
 * of the last one, too, for the books may be wrong.
 */
export const layers = (takes: "first" | "last", rest: Rest, quantity: Decimal, trail: Trail, edge: Edge): Content => {
  const stack: Array<Layer> = []
  let next = 0
  let taken = rest.node
  const push = (source: Node, held: Decimal): void => {
    if (compare(held, zero) > 0) stack.push({ source, quantity: held })
  }
  const end = (): Layer | undefined => (takes === "first" ? stack[next] : stack.at(-1))
  const drop = (): void => {
    if (takes === "first") next += 1
    else stack.pop()
  }
  const held = () => stack.slice(next).map(({ source }) => source)
  const before = () => (taken === undefined ? [] : [taken])
  if (rest.node !== undefined) push(rest.node, quantity)
  return {
    put: (movements, balance) => {
      const [first] = movements
      const ends = movements.map(({ end }) => end)
      const source = together(ends, first, trail, edge) ?? first.end
      if (end() === undefined) taken = source
      push(source, add(sumOf(movements), least(inUnit(balance, first.unit), zero)))
      return source
    },
    take: (movements) => {
      const sources: Array<Node> = []
      let missing = sumOf(movements)
      for (let layer = end(); layer !== undefined && compare(missing, zero) > 0; layer = end()) {
        const part = least(layer.quantity, missing)
        missing = subtract(missing, part)
        layer.quantity = subtract(layer.quantity, part)
        taken = layer.source
        sources.push(layer.source)
        if (layer.quantity === zero) drop()
      }
      return sources.length > 0 ? sources : before()
    },
    held,
    last: () => (next < stack.length ? held() : before())
  }
}

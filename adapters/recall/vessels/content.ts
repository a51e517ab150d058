// What a vessel holds while lots come and go: as layers that stay apart, or as one pool. Used by `vessel.ts` alone.
import { add, compare, type Decimal, subtract, zero } from "../../../core/plant/decimal.ts"
import { inUnit, type Sums } from "../../../core/plant/quantity.ts"
import type { Node } from "../derived.ts"
import type { Times, Trail } from "../place.ts"
import type { Movement } from "./movement.ts"

/** A movement whose end is known. */
export type Known = Movement & { readonly end: Node }

/** `balance` is always what the books have just before the movement, by unit: negative where more went than came. */
export interface Content {
  /** The node that holds it from then on. */
  readonly put: (movement: Known, balance: Sums) => Node
  /** All that this may be of: an edge from each. */
  readonly take: (movement: Movement) => ReadonlyArray<Node>
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
export const pool = (
  ends: boolean,
  rest: Rest,
  trail: Trail,
  edge: (source: Node, target: Node, times: Times) => void
): Content => {
  let { isOver, node } = rest
  const last = () => (node === undefined ? [] : [node])
  return {
    put: (movement, balance) => {
      const before = isOver || (ends && isEmpty(balance)) ? undefined : node
      node = trail.residue()
      isOver = false
      if (before !== undefined) edge(before, node, movement)
      edge(movement.end, node, movement)
      return node
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

const least = (one: Decimal, other: Decimal): Decimal => (compare(one, other) <= 0 ? one : other)

/**
 * Layers in one unit, taken from one end. What had gone before it came is no layer any more. What goes beyond all layers is
 * of the last one, too, for the books may be wrong.
 */
export const layers = (takes: "first" | "last", rest: Rest, quantity: Decimal): Content => {
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
    put: ({ end: source, quantity, unit }, balance) => {
      if (end() === undefined) taken = source
      push(source, add(quantity, least(inUnit(balance, unit), zero)))
      return source
    },
    take: ({ quantity }) => {
      const sources: Array<Node> = []
      let missing = quantity
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

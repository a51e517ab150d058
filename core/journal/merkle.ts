// Merkle trees over a log, as RFC 6962 (2.1) defines them: root, inclusion, and going on from a right edge. Pure; anyone
// may import this file.
import { sha256 } from "./hash.ts"

const prefixed = (prefix: number, ...parts: ReadonlyArray<Uint8Array>): Uint8Array =>
  sha256(Buffer.concat([Uint8Array.of(prefix), ...parts]))

/** The prefixes keep a leaf from being taken for a node: without them a tree of two could be passed off as one leaf. */
export const leafHash = (data: Uint8Array): Uint8Array => prefixed(0, data)
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => prefixed(1, left, right)

/** Of a tree without leaves. */
export const emptyRoot = sha256(new Uint8Array())

/** Subtrees whose roots stand left to right, folded into one root. */
const folded = (roots: ReadonlyArray<Uint8Array>): Uint8Array =>
  roots.length === 0 ? emptyRoot : roots.reduceRight((right, left) => nodeHash(left, right))

/**
 * The roots of the full subtrees that a tree consists of, largest first: at most one for each bit of its size, and all
 * that is needed to go on with it. A tree that was gone on with has the old one as its beginning, since only these roots
 * went into it: that is the consistency of which RFC 6962 speaks.
 */
export class RightEdge {
  #size: number
  readonly #nodes: Array<Uint8Array>

  constructor(size = 0, nodes: ReadonlyArray<Uint8Array> = []) {
    this.#size = size
    this.#nodes = [...nodes]
  }

  get size(): number {
    return this.#size
  }

  get nodes(): ReadonlyArray<Uint8Array> {
    return this.#nodes
  }

  get root(): Uint8Array {
    return folded(this.#nodes)
  }

  append(data: Uint8Array): void {
    let node = leafHash(data)
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) node = nodeHash(this.#last(), node)
    this.#nodes.push(node)
    this.#size++
  }

  #last(): Uint8Array {
    const node = this.#nodes.pop()
    if (node === undefined) throw new Error(`A right edge of ${this.#size} leaves lacks a root`)
    return node
  }
}

/** The largest power of two below a size of at least 2: where RFC 6962 splits a tree. */
const split = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1)

/** A whole tree in memory, for proofs of many of its leaves. */
export class MerkleTree {
  /** Of each height the roots of its full subtrees; the leaves at the bottom. */
  readonly #heights: ReadonlyArray<ReadonlyArray<Uint8Array>>
  readonly size: number

  constructor(data: ReadonlyArray<Uint8Array>) {
    this.size = data.length
    const heights: Array<ReadonlyArray<Uint8Array>> = []
    for (let nodes = data.map(leafHash); nodes.length > 0; nodes = paired(nodes)) heights.push(nodes)
    this.#heights = heights
  }

  get root(): Uint8Array {
    return this.size === 0 ? emptyRoot : this.#root(0, this.size)
  }

  /** The siblings on the way from a leaf to the root, nearest first. */
  inclusion(index: number): ReadonlyArray<Uint8Array> {
    const path: Array<Uint8Array> = []
    let [from, to] = [0, this.size]
    while (to - from > 1) {
      const middle = from + split(to - from)
      if (index < middle) {
        path.push(this.#root(middle, to))
        to = middle
      } else {
        path.push(this.#root(from, middle))
        from = middle
      }
    }
    return path.reverse()
  }

  /** Of the leaves from one to before another, which are a subtree by the RFC's splits: so a full one is at its height. */
  #root(from: number, to: number): Uint8Array {
    const height = Math.log2(to - from)
    const full = Number.isInteger(height) ? this.#heights[height]?.[from / (to - from)] : undefined
    if (full !== undefined) return full
    const middle = from + split(to - from)
    return nodeHash(this.#root(from, middle), this.#root(middle, to))
  }
}

/** Each two neighbours as one; the last, where it has none, is no full subtree. */
const paired = (nodes: ReadonlyArray<Uint8Array>): Array<Uint8Array> => {
  const pairs: Array<Uint8Array> = []
  for (let index = 0; index + 1 < nodes.length; index += 2) {
    const [left, right] = [nodes[index], nodes[index + 1]]
    if (left !== undefined && right !== undefined) pairs.push(nodeHash(left, right))
  }
  return pairs
}

/** The root that a leaf's siblings lead to; undefined where they aren't so many as that place in a tree of that size has. */
export const rootByInclusion = (
  data: Uint8Array,
  index: number,
  size: number,
  path: ReadonlyArray<Uint8Array>
): Uint8Array | undefined => {
  let node = leafHash(data)
  let [place, last] = [index, size - 1]
  if (place < 0 || place > last) return undefined
  for (const sibling of path) {
    if (last === 0) return undefined
    if (place % 2 === 1 || place === last) {
      node = nodeHash(sibling, node)
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)]
    } else {
      node = nodeHash(node, sibling)
    }
    ;[place, last] = [Math.floor(place / 2), Math.floor(last / 2)]
  }
  return last === 0 ? node : undefined
}

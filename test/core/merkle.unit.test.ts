// Merkle trees: the vectors of Certificate Transparency (RFC 6962), and the RFC's own recursive definition as the oracle.
import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { hex } from "../../core/journal/hash.ts"
import { emptyRoot, MerkleTree, RightEdge, rootByInclusion } from "../../core/journal/merkle.ts"

/** The leaves of the vectors, and the root of the first so many of them. */
const vectors = [
  ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  ["00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  ["10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  ["2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  ["3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  ["40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  ["5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
  ["606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"]
] as const
const known = vectors.map(([leaf]) => new Uint8Array(Buffer.from(leaf, "hex")))

/** MTH of RFC 6962, 2.1, word by word. */
const byDefinition = (leaves: ReadonlyArray<Uint8Array>): string => {
  const hash = (...parts: ReadonlyArray<Uint8Array>) => createHash("sha256").update(Buffer.concat(parts)).digest()
  const tree = (of: ReadonlyArray<Uint8Array>): Uint8Array => {
    const [only, ...others] = of
    if (only === undefined) return hash()
    if (others.length === 0) return hash(Uint8Array.of(0), only)
    let k = 1
    while (k * 2 < of.length) k *= 2
    return hash(Uint8Array.of(1), tree(of.slice(0, k)), tree(of.slice(k)))
  }
  return hex(tree(leaves))
}

const edgeOf = (leaves: ReadonlyArray<Uint8Array>): RightEdge => {
  const edge = new RightEdge()
  for (const leaf of leaves) edge.append(leaf)
  return edge
}

const leaf = fc.uint8Array({ maxLength: 40 })
const trees = fc.array(leaf, { minLength: 1, maxLength: 70 })

describe("The vectors of Certificate Transparency", () => {
  it("hold for each size", () => {
    expect(hex(emptyRoot)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    expect(hex(new RightEdge().root)).toBe(hex(emptyRoot))
    expect(hex(new MerkleTree([]).root)).toBe(hex(emptyRoot))
    for (const [index, [, root]] of vectors.entries()) {
      const leaves = known.slice(0, index + 1)
      expect(hex(edgeOf(leaves).root)).toBe(root)
      expect(hex(new MerkleTree(leaves).root)).toBe(root)
    }
  })

  it("hold for proofs", () => {
    const path = (index: number, size: number) => new MerkleTree(known.slice(0, size)).inclusion(index).map(hex)
    expect(path(0, 1)).toEqual([])
    expect(path(0, 8)).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    ])
    expect(path(5, 8)).toEqual([
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    ])
  })
})

describe("A tree", () => {
  it("has the root of the RFC's definition, made leaf by leaf or whole", () => {
    fc.assert(
      fc.property(trees, (leaves) => {
        expect(hex(edgeOf(leaves).root)).toBe(byDefinition(leaves))
        expect(hex(new MerkleTree(leaves).root)).toBe(byDefinition(leaves))
      })
    )
  })

  it("goes on from its right edge as if it had never stopped", () => {
    fc.assert(
      fc.property(trees, fc.array(leaf, { maxLength: 70 }), (before, after) => {
        const { nodes, size } = edgeOf(before)
        const edge = new RightEdge(size, nodes)
        expect(hex(edge.root)).toBe(byDefinition(before))
        for (const one of after) edge.append(one)
        expect(edge.size).toBe(before.length + after.length)
        expect(hex(edge.root)).toBe(byDefinition([...before, ...after]))
      })
    )
  })

  it("proves each of its leaves, and nothing else", () => {
    const place = trees.chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length - 1 }), leaf))
    fc.assert(
      fc.property(place, ([leaves, index, other]) => {
        const tree = new MerkleTree(leaves)
        const path = tree.inclusion(index)
        const data = leaves[index] ?? other
        const rootOf = (...[of, at, size, by]: Parameters<typeof rootByInclusion>) => {
          const root = rootByInclusion(of, at, size, by)
          return root === undefined ? undefined : hex(root)
        }
        const root = hex(tree.root)
        expect(rootOf(data, index, tree.size, path)).toBe(root)
        if (hex(other) !== hex(data)) expect(rootOf(other, index, tree.size, path)).not.toBe(root)
        expect(rootOf(data, index, tree.size, [...path, tree.root])).toBeUndefined()
        expect(rootOf(data, tree.size, tree.size, path)).toBeUndefined()
        if (path.length > 0) expect(rootOf(data, index, tree.size, path.slice(1))).toBeUndefined()
        for (const [at, sibling] of path.entries()) {
          const forged = Uint8Array.from(sibling, (byte) => byte ^ 1)
          expect(rootOf(data, index, tree.size, path.with(at, forged))).not.toBe(root)
        }
      })
    )
  })
})

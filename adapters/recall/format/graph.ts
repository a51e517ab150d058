// The graph of a recall as Graphviz draws it: lots and what lies between them, each link by its certainty; where there
// are too many to read, items instead of lots. Used by `html.ts`.
import { instance } from "@viz-js/viz"
import { lotStream } from "../../../core/journal/stream.ts"
import type { Certainty } from "../../../core/plant/lot.ts"
import type { AffectedLot, Link, RecallReport } from "../report.ts"

/** More on a printed page is no picture any more. */
const mostNodes = 120

const strokes: { readonly [certainty in Certainty]: string } = {
  exact: "solid",
  allocated: "dashed",
  commingled: "dotted",
  window: "dotted"
}

/** Shades that stay apart when they are printed in grey. */
export const fills: { readonly [certainty in Certainty]: string } = {
  exact: "#f2a9a0",
  allocated: "#f7cf94",
  commingled: "#f5edaa",
  window: "#e6e6e6"
}

interface Node {
  readonly key: string
  readonly lines: ReadonlyArray<string>
  /** Of a lot or of an item's surest lot; none of what lies between lots. */
  readonly certainty?: Certainty
  readonly isRecalled?: boolean
}
type NodeOf = (end: string) => Node

/** From the surest on. */
const certainties: ReadonlyArray<Certainty> = ["exact", "allocated", "commingled", "window"]
const surest = (some: ReadonlyArray<Certainty>): Certainty => certainties.find((one) => some.includes(one)) ?? "window"

const grouped = <A>(all: ReadonlyArray<A>, keyOf: (one: A) => string): ReadonlyMap<string, ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const one of all) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}

/** Without its category: an order's plant and number, a vessel's plant and place. */
const between = (end: string): Node => ({ key: end, lines: [end.slice(end.indexOf("/") + 1)] })

const eachLot =
  (lots: ReadonlyMap<string, AffectedLot>, recalled: string): NodeOf =>
  (end) => {
    const lot = lots.get(end)
    if (lot === undefined) return between(end)
    const { certainty, id, item, onHand, shipped, unit } = lot
    const where = `on hand ${onHand}, shipped ${shipped} ${unit}`
    return { key: end, lines: [item, lot.lot, where], certainty, isRecalled: id === recalled }
  }

/** An item for its lots, and for orders what they make; what a vessel or a machine left behind by its place. */
const eachItem = (lots: ReadonlyMap<string, AffectedLot>, links: ReadonlyArray<Link>, recalled: string): NodeOf => {
  const items = grouped([...lots.values()], ({ item }) => item)
  const makes = new Map(
    [...grouped(links, ({ from }) => from)].map(([from, out]) => [
      from,
      [...new Set(out.flatMap(({ to }) => lots.get(to)?.item ?? []))].sort().join(", ")
    ])
  )
  return (end) => {
    const item = lots.get(end)?.item
    if (item !== undefined) {
      const ofItem = items.get(item) ?? []
      return {
        key: `item/${item}`,
        lines: [item, `${ofItem.length} lots`],
        certainty: surest(ofItem.map(({ certainty }) => certainty)),
        isRecalled: ofItem.some(({ id }) => id === recalled)
      }
    }
    if (end.startsWith("order/")) {
      const made = makes.get(end) ?? ""
      return { key: `orders/${made}`, lines: [made === "" ? "orders" : `orders of ${made}`] }
    }
    return between(end.slice(0, end.lastIndexOf("/")))
  }
}

const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
/** In a label Graphviz knows HTML's entities as well; a name has none. */
const labelled = (line: string): string => quoted(line.replaceAll("&", "&amp;")).slice(1, -1)
/** Graphviz centers what ends in this. */
const newLine = "\\n"

const nodeLine = ({ certainty, isRecalled = false, key, lines }: Node): string => {
  const label = lines.map(labelled).join(newLine)
  const style =
    certainty === undefined
      ? 'shape=plaintext, fontsize=9, fontcolor="#444444"'
      : `shape=box, style="filled,rounded", fillcolor="${fills[certainty]}"${isRecalled ? ", penwidth=3" : ""}`
  return `${quoted(key)} [label="${label}", ${style}]`
}

/** In Graphviz's language. Pure. */
export const recallDot = ({ links, lot, lots }: Pick<RecallReport, "links" | "lot" | "lots">): string => {
  const byStream = new Map(
    lots.map((one) => [lotStream({ scope: one.scope, itemId: one.item, lotId: one.lot }) as string, one])
  )
  const ends = new Set([...byStream.keys(), ...links.flatMap(({ from, to }) => [from, to])])
  const nodeOf = ends.size <= mostNodes ? eachLot(byStream, lot) : eachItem(byStream, links, lot)
  const nodes = new Map([...ends].map((end) => [end, nodeOf(end)]))
  const drawn = new Map([...nodes.values()].map((node) => [node.key, nodeLine(node)]))
  const keyOf = (end: string): string => nodes.get(end)?.key ?? end
  const lines = [...grouped(links, ({ from, to }) => `${quoted(keyOf(from))} -> ${quoted(keyOf(to))}`)].map(
    ([arrow, some]) => {
      const certainty = surest(some.map((link) => link.certainty))
      const many = ends.size > mostNodes ? `, label="${some.length}", fontsize=9` : ""
      return `${arrow} [style=${strokes[certainty]}${many}]`
    }
  )
  return [
    "digraph recall {",
    'graph [rankdir=LR, nodesep=0.15, ranksep=0.4, margin=0, fontname="Helvetica"]',
    'node [fontname="Helvetica", fontsize=10, margin="0.08,0.04"]',
    'edge [fontname="Helvetica", color="#555555", arrowsize=0.6]',
    ...[...drawn.values()].sort(),
    ...lines.sort(),
    "}"
  ].join("\n")
}

/** As SVG, to stand in a page. */
export const recallSvg = async (report: Pick<RecallReport, "links" | "lot" | "lots">): Promise<string> => {
  const viz = await instance()
  const svg = viz.renderString(recallDot(report), { format: "svg" })
  return svg.slice(svg.indexOf("<svg"))
}

import { describe, expect, test } from "vitest"
import { recallDot } from "../../../../adapters/recall/format/graph.ts"
import { recallHtml } from "../../../../adapters/recall/format/html.ts"
import { reportHash } from "../../../../adapters/recall/format/json.ts"
import type { RecallReport } from "../../../../adapters/recall/report.ts"
import { lotStream } from "../../../../core/journal/stream.ts"
import { affected, report } from "../report.ts"

const html = async (of: RecallReport = report()) => Buffer.from(await recallHtml(of)).toString()

/** One lot of raw material in so many of two products. */
const wide = (count: number): RecallReport => {
  const raw = affected("MILK", "M-1", "exact", { depth: 0 })
  const products = Array.from({ length: count }, (_, index) =>
    affected(index % 2 === 0 ? "CHEESE" : "BUTTER", `P-${index}`, "exact")
  )
  const stream = ({ item, lot, scope }: typeof raw) => lotStream({ scope, itemId: item, lotId: lot })
  const link = { through: "consumption", certainty: "exact" } as const
  return report({
    lot: raw.id,
    lots: [raw, ...products],
    links: products.flatMap((product, index) => [
      { ...link, from: stream(raw), to: `order/ulm/${index}` },
      { ...link, from: `order/ulm/${index}`, to: stream(product) }
    ])
  })
}

describe("a recall as HTML", () => {
  test("draws each lot and each link, a weaker one with another stroke", () => {
    const dot = recallDot(report())
    expect(dot).toContain('"lot/plant%2Fulm/MILK/00017" -> "order/ulm/4711" [style=solid]')
    expect(dot).toContain('"residue/ulm/S-1/3" -> "lot/plant%2Fulm/BUTTER/=1+1" [style=dotted]')
  })
  test("names each as it is called: nothing in a name is an entity, an escape or the end of a text", async () => {
    const name = 'A&amp;B&#60;\\N"'
    const lot = affected("MILK", name, "exact", { depth: 0 })
    const page = await html(report({ lot: lot.id, lots: [lot], links: [] }))
    const texts = [...page.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) =>
      text
        .replaceAll("&quot;", '"')
        .replaceAll("&#45;", "-")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&amp;", "&")
    )
    expect(texts).toContain(name)
  })
  test("draws items instead of lots where there are too many, and how many links each arrow stands for", () => {
    const dot = recallDot(wide(200))
    expect(dot.split("\n").filter((line) => line.includes("[label=") && !line.includes("->"))).toHaveLength(5)
    expect(dot).toContain('"item/MILK" -> "orders/CHEESE" [style=solid, label="100", fontsize=9]')
  })
  test("is one file that loads nothing, with its graph in it and the hash of its data", async () => {
    const page = await html()
    expect(page).toContain("<svg")
    expect(page).not.toMatch(/(?:src|href)=|<script|@import|url\(/)
    expect(page).toContain(reportHash(report()))
  })
  test("shows what people wrote as text", async () => {
    const page = await html(report({ assumptions: ["<script>alert(1)</script>"] }))
    expect(page).not.toContain("<script>")
    expect(page).toContain("&#60;script&#62;")
  })
  test("names each customer once, with the documents to call them about", async () => {
    const [one] = report().shipments
    if (one === undefined) throw new Error("no shipment")
    const page = await html(report({ shipments: [one, { ...one, document: "00043" }] }))
    expect(page).toContain("<td>00042, 00043</td>")
  })
  test("is the same each time", async () => {
    expect(await html()).toBe(await html())
  })
})

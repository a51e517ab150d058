// Who may go on after a document was posted: the next of its stream, and those that take from what came into stock.
import { expect, it } from "vitest"
import { makeWake } from "../../../adapters/erp/poster-wake.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { goodsMovement, reversal } from "../../erp/documents.ts"

const plant = PlantId.make("ulm")
const stream = StreamName("order/ulm/4711")
const lot = StreamName("lot/plant%2Fulm/STEEL/L-1")

it("nobody, while nothing was posted", () => {
  expect(makeWake().recent()).toBeUndefined()
})

it("a lot where something came into it; a reversal moves the other way", () => {
  const wokenBy = (document: ReturnType<typeof goodsMovement>) => {
    const wake = makeWake()
    wake.posted(stream, document)
    return wake.recent()
  }
  const [into, out] = [goodsMovement(plant, "L-1", 1, "in"), goodsMovement(plant, "L-1", 1, "out")]
  expect(wokenBy(into)).toEqual({ streams: [stream], lots: [lot] })
  expect(wokenBy(out)).toEqual({ streams: [stream], lots: [] })
  expect(wokenBy(reversal(into, 2))).toEqual({ streams: [stream], lots: [] })
  expect(wokenBy(reversal(out, 2))).toEqual({ streams: [stream], lots: [lot] })
})

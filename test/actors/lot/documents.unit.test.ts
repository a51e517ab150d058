// The ERP documents that a lot asks for, and reports about it that are taken back.
import { HashMap } from "effect"
import { describe, expect, it } from "vitest"
import { lotDecider } from "../../../actors/lot/decider.ts"
import { versionOfDocument } from "../../../actors/posting/documents.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as store from "./store.ts"

const { itemId, lotId } = store.lot
const withoutPosting = (type: "LotHeld" | "LotReleased") =>
  ({ type, data: { itemId, lotId, reason: "As decided" } }) as const

const lot = () => specification(lotDecider)

describe("a movement of a lot", () => {
  it("asks for a document at once; not where the ERP itself tells of it", () => {
    lot()
      .when(store.received("a", 100))
      .thenRecordsLike(["LotReceived", { posting: "requested" }])
      .when(store.toldByErp(store.received("b", 5)))
      .thenState(({ facts }) => expect(facts.balance).toEqual({ KGM: "105" }))
      .when(store.verified("v", 2))
      .thenRecordsLike(["MessageNoted", { reason: "No such document was asked for" }])
  })

  it("has another date where its own is in a closed period, and is taken back as any other", () => {
    lot()
      .when(store.received("a", 100), store.dateMoved("m", 1))
      .thenRecordsLike(["PostingDateMoved", { from: "2026-11-23", to: "2026-12-01" }])
      .when(store.dateMoved("n", 1))
      .thenRecordsLike(["MessageNoted", { type: "PostingDateMoved" }])
      .when(store.reversed("r", "a"))
      .thenRecordsLike(["LotReportReversed", { posting: "requested" }])
  })

  it("is withheld by the breach that it causes, and freed once that is gone: the receipt isn't", () => {
    lot()
      .when(store.shipped("a", 10, 30))
      .thenRecordsLike(["LotShipped", { posting: "withheld" }], ["LotBreachFound"])
      .when(store.received("b", 100))
      .thenRecordsLike(
        ["LotReceived", { posting: "requested" }],
        ["LotBreachWithdrawn"],
        ["PostingsFreed", { versions: [1] }]
      )
  })

  it("into stock isn't withheld by what is missing: it may be it", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.received("b", 4))
      .thenRecordsLike(["LotReceived", { posting: "requested" }])
      .when(store.adjusted("c", 20, 6))
      .thenRecordsLike(["LotAdjusted", { posting: "requested" }])
      .when(store.adjusted("d", 20, -1))
      .thenRecordsLike(["LotAdjusted", { posting: "withheld" }])
  })

  it("is noted as verified, as any stream's document is", () => {
    lot()
      .when(store.received("a", 100), store.verified("v", 1))
      .thenRecordsLike(["PostingVerified", { document: "5000001" }])
      .when(store.verified("w", 1))
      .thenRecordsLike(["MessageNoted"])
  })
})

describe("a word on its usability", () => {
  it("changes the ERP's status where it holds since the latest time and says another", () => {
    lot()
      .when(store.judged("a", 20, "LotReleased"))
      .thenRecordsLike(["LotReleased", { posting: "requested" }])
      .when(store.judged("b", 30, "LotReleased"))
      .thenRecords(withoutPosting("LotReleased"))
      .when(store.judged("c", 10, "LotHeld"))
      .thenRecords(withoutPosting("LotHeld"))
      .when(store.judged("d", 40, "LotRejected"))
      .thenRecordsLike(["LotRejected", { posting: "requested" }])
  })

  it("is told at once, though something is open: it is when the ERP should know", () => {
    lot()
      .when(store.received("a", 100), store.shipped("b", 50, 10), store.judged("c", 30, "LotHeld"))
      .thenRecordsLike(["LotHeld", { posting: "requested" }], ["LotBreachFound"])
  })

  it("that is taken back leaves the one before it, which the ERP is told", () => {
    lot()
      .when(store.judged("a", 10, "LotHeld"), store.judged("b", 20, "LotReleased"), store.reversed("r", "b"))
      .thenRecordsLike([
        "LotReportReversed",
        { posting: "requested", nowHolds: expect.objectContaining({ disposition: "held" }) }
      ])
      .when(store.reversed("s", "a"))
      .thenRecordsLike(["LotReportReversed", { posting: "requested", nowHolds: null }])
  })

  it("that isn't the latest may be taken back: nothing else holds then", () => {
    lot()
      .when(store.judged("a", 10, "LotHeld"), store.judged("b", 20, "LotReleased"), store.reversed("r", "a"))
      .thenRecordsLike(["LotReportReversed"])
      .thenState(({ course, facts }) => {
        expect(facts.dispositions.map(({ disposition }) => disposition)).toEqual(["released"])
        expect([...HashMap.keys(course.postings)].map(versionOfDocument)).toEqual([1, 2])
      })
  })
})

describe("a word that came as another under an id that was there, and was resubmitted to be recorded as well", () => {
  const twin = (id: string, of: string): store.Made => {
    const { metadata, ...made } = store.judged(id, 10, "LotHeld")
    return { ...made, metadata: { ...metadata, corrects: store.judged(of, 10, "LotHeld").metadata } }
  }

  it("is taken back by its own id, and leaves the other", () => {
    lot()
      .when(store.judged("a", 10, "LotReleased"), twin("b", "a"))
      .thenState(({ facts }) =>
        expect(facts.dispositions.map(({ disposition }) => disposition)).toEqual(["released", "held"])
      )
      .when(store.reversed("r", "b"))
      .thenState(({ facts }) => expect(facts.dispositions.map(({ disposition }) => disposition)).toEqual(["released"]))
  })

  it("stays where the other is taken back", () => {
    lot()
      .when(store.judged("a", 10, "LotReleased"), twin("b", "a"), store.reversed("r", "a"))
      .thenState(({ facts }) => expect(facts.dispositions.map(({ disposition }) => disposition)).toEqual(["held"]))
  })
})

describe("a reversal", () => {
  it("takes back what its report said, once", () => {
    lot()
      .when(store.received("a", 100), store.shipped("b", 10, 30), store.reversed("r", "b"))
      .thenRecordsLike([
        "LotReportReversed",
        { posting: "requested", version: 2, takesBack: { type: "LotShipped", quantities: [store.quantity(30)] } }
      ])
      .thenState(({ facts }) => expect(facts.balance).toEqual({ KGM: "100" }))
      .when(store.reversed("s", "b"))
      .thenRecordsLike(["MessageNoted", { reason: "The report was reversed before" }])
  })

  it("that comes before its report waits for it", () => {
    lot()
      .when(store.reversed("r", "a"))
      .thenRecordsLike(["LotReversalDeferred"])
      .when(store.received("a", 100))
      .thenRecordsLike(["LotReceived", { posting: "requested" }], ["LotReportReversed", { version: 2 }])
      .thenState(({ facts }) => expect(facts.balance).toEqual({}))
  })

  it("that has waited too long is a person's, until its report comes after all", () => {
    lot()
      .when(store.reversed("r", "a"), store.overdue("o", "r"))
      .thenRecordsLike(["DirectiveOverdue", { type: "LotReportReversed" }])
      .when(store.received("a", 100))
      .thenRecordsLike(["LotReceived"], ["LotReportReversed"], ["DirectiveWentOn"])
  })

  it("is withheld as long as what it takes back", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.reversed("r", "a"))
      .thenRecordsLike(
        ["LotReportReversed", { posting: "withheld" }],
        ["LotBreachWithdrawn"],
        ["PostingsFreed", { versions: [1, 3] }]
      )
  })

  it("of what the ERP refused ends it: nothing is posted", () => {
    lot()
      .when(store.received("a", 100), store.refused("f", 1), store.reversed("r", "a"))
      .thenRecordsLike(["LotReportReversed"], ["PostingWithdrawn", { version: 1, kind: "goodsMovement" }])
  })

  it("by the ERP makes no document where the ERP has what it takes back, or never gets it", () => {
    const posted = (...made: ReadonlyArray<store.Made>) =>
      lot()
        .when(...made)
        .events.at(-1)?.data
    const back = store.toldByErp(store.reversed("r", "a"))
    const named = { ...back, body: { ...back.body, reverses: store.reference("a") } }
    expect(posted(store.received("a", 9), store.verified("v", 1), named)).not.toHaveProperty("posting")
    expect(posted(store.received("a", 9), named)).toHaveProperty("posting", "requested")
  })

  it("of a shipment of a held lot ends the breach", () => {
    lot()
      .when(
        store.received("a", 9),
        store.judged("h", 5, "LotHeld"),
        store.shipped("b", 10, 3),
        store.reversed("r", "b")
      )
      .thenRecordsLike(
        ["LotReportReversed"],
        ["LotBreachWithdrawn", { breach: "usedWhileRestricted" }],
        ["PostingsFreed", { versions: [3, 5] }]
      )
  })

  it("of a receipt takes its word on the expiry back, too", () => {
    lot()
      .when(store.received("a", 9, { expiresAt: store.minute(5) }), store.shipped("b", 10, 3))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach: "usedAfterExpiry" }])
      .when(store.received("c", 9), store.reversed("r", "a"))
      .thenRecordsLike(
        ["LotReportReversed", { nowExpires: null }],
        ["LotBreachWithdrawn", { breach: "usedAfterExpiry" }],
        ["PostingsFreed", { versions: [2] }]
      )
  })
})

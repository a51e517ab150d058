// Facts that break a rule are recorded in full; the breach shows, and goes when a later fact mends it.
import { describe, expect, it } from "vitest"
import { lotDecider, lotDeciderBy } from "../../../actors/lot/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as store from "./store.ts"

const lot = () => specification(lotDecider)

describe("a balance", () => {
  it("below zero shows by how much, and is withdrawn once what was missing has come", () => {
    lot()
      .when(store.shipped("a", 10, 30))
      .thenRecordsLike(
        ["LotShipped"],
        [
          "LotBreachFound",
          { breach: "negativeBalance/KGM", kind: "negativeBalance", since: 1, extent: "30", unit: "KGM" }
        ]
      )
      .when(store.received("b", "29.999"))
      .thenRecordsLike(["LotReceived"])
      .when(store.adjusted("c", 20, "0.001"))
      .thenRecordsLike(
        ["LotAdjusted", { posting: "requested" }],
        ["LotBreachWithdrawn", { breach: "negativeBalance/KGM" }],
        ["PostingsFreed", { versions: [1] }]
      )
  })

  it("may be below zero where the policy allows it: nothing shows, and nothing is withheld", () => {
    const permissive = specification(lotDeciderBy({ negativeStock: "allowed" }))
    permissive
      .when(store.shipped("a", 10, 30))
      .thenRecordsLike(["LotShipped", { posting: "requested" }])
      .when(store.judged("b", 5, "LotHeld"))
      .thenRecordsLike(["LotHeld"], ["LotBreachFound", { breach: "usedWhileRestricted" }])
  })

  it("that was overdue, so that a person was asked, says so when it ends; another timer changes nothing", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.breachOverdue("o", "negativeBalance/KGM", 1), store.received("b", 30))
      .thenRecordsLike(
        ["LotReceived"],
        ["LotBreachWithdrawn", { breach: "negativeBalance/KGM", overdue: true }],
        ["PostingsFreed", { versions: [1] }]
      )
      .when(store.breachOverdue("p", "negativeBalance/KGM", 1))
      .thenRecordsLike(["MessageNoted"])
  })

  it("is what came less what went, whatever the way", () => {
    lot()
      .when(
        store.received("a", 100),
        store.derived("b", 1, 20),
        store.merged("c", 2, 3, 4),
        store.split("d", 3, 10, 11),
        store.transferred("e", 4, 5),
        store.passedOn("f", 5, 6),
        store.sampled("g", 6, 1),
        store.scrapped("h", 7, 2),
        store.shipped("i", 8, 30),
        store.receivedBack("j", 9, "2.5"),
        store.adjusted("k", 10, "-0.5"),
        store.tested("l", 11),
        store.consumed("m", 12, 8),
        store.returned("n", 13, 3),
        store.produced("o", 14, 7)
      )
      .thenState(({ facts }) => expect(facts.balance).toEqual({ KGM: "66" }))
      .when(
        store.lineReversed("p", store.consumed("m", 12, 8)),
        store.lineReversed("q", store.returned("n", 13, 3)),
        store.lineReversed("r", store.produced("o", 14, 7))
      )
      .thenState(({ facts }) => expect(facts.balance).toEqual({ KGM: "64" }))
  })
})

describe("a use", () => {
  it("of a held lot shows, also where the word comes later than the use", () => {
    lot()
      .when(store.received("a", 100), store.shipped("b", 20, 1))
      .thenRecordsLike(["LotShipped"])
      .when(store.judged("c", 10, "LotHeld"))
      .thenRecordsLike(["LotHeld"], ["LotBreachFound", { breach: "usedWhileRestricted", extent: "1", since: 3 }])
      .when(store.judged("d", 15, "LotReleased"))
      .thenRecordsLike(["LotReleased"], ["LotBreachWithdrawn", { breach: "usedWhileRestricted" }])
  })

  it("before the hold, or after the release, is none", () => {
    lot()
      .when(store.received("a", 100), store.judged("b", 10, "LotHeld"), store.judged("c", 20, "LotReleased"))
      .when(store.shipped("d", 9, 1))
      .thenRecordsLike(["LotShipped"])
      .when(store.shipped("e", 20, 1))
      .thenRecordsLike(["LotShipped"])
      .when(store.shipped("f", 10, 1))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach: "usedWhileRestricted" }])
  })

  it("of a rejected lot is one, too", () => {
    lot()
      .when(store.received("a", 100), store.judged("b", 10, "LotRejected"), store.shipped("c", 11, 1))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach: "usedWhileRestricted" }])
  })

  it("by an order is one, until it is reversed; a return takes nothing back", () => {
    const consumed = store.consumed("b", 20, 10)
    lot()
      .when(store.received("a", 100), store.judged("h", 10, "LotHeld"), consumed)
      .thenRecordsLike(["LotConsumed"], ["LotBreachFound", { breach: "usedWhileRestricted" }])
      .when(store.returned("c", 21, 10))
      .thenRecordsLike(["LotReturned"])
      .when(store.lineReversed("d", consumed))
      .thenRecordsLike(["LotLineReversed"], ["LotBreachWithdrawn", { breach: "usedWhileRestricted" }])
  })

  it("after its expiry shows; scrapping and sampling are none", () => {
    lot()
      .when(store.received("a", 100, { expiresAt: store.minute(30) }), store.shipped("b", 29, 1))
      .thenRecordsLike(["LotShipped"])
      .when(store.scrapped("c", 40, 1))
      .thenRecordsLike(["LotScrapped"])
      .when(store.sampled("d", 40, 1))
      .thenRecordsLike(["LotSampled"])
      .when(store.shipped("e", 30, 1))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach: "usedAfterExpiry", extent: "1", since: 5 }])
  })
})

describe("a waiver", () => {
  const breach = "negativeBalance/KGM"

  it("holds for the breach as it was found, and no further", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.waived("w", breach, 1))
      .thenRecordsLike(
        ["LotBreachWaived", { breach, extent: "30", caseId: store.someCase }],
        ["PostingsFreed", { versions: [1] }]
      )
      .when(store.tested("b", 11))
      .thenRecordsLike(["TestResultRecorded"])
      .when(store.shipped("c", 12, 1))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach, extent: "31" }])
  })

  it("of a breach that went further meanwhile finds it anew", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.shipped("b", 11, 5))
      .thenRecordsLike(["LotShipped"])
      .when(store.waived("w", breach, 1))
      .thenRecordsLike(
        ["LotBreachWaived", { extent: "30" }],
        ["LotBreachFound", { breach, extent: "35", since: 2 }],
        ["PostingsFreed", { versions: [1] }]
      )
  })

  it("is of what was shown: of a balance that was overdue, how far it went by then", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.shipped("b", 11, 5), store.breachOverdue("o", breach, 1))
      .thenRecordsLike(["LotBreachOverdue", { breach, extent: "35", since: 1 }])
      .when(store.shipped("c", 12, 1), store.waived("w", breach, 1))
      .thenRecordsLike(
        ["LotBreachWaived", { extent: "35" }],
        ["LotBreachFound", { breach, extent: "36", since: 5 }],
        ["PostingsFreed", { versions: [1, 3] }]
      )
  })

  it("of a finding that went away since is noted, though the breach is there again", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.received("b", 30), store.shipped("c", 11, 5_000))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach, since: 6, extent: "5000" }])
      .when(store.waived("w", breach, 1))
      .thenRecordsLike(["MessageNoted"])
      .when(store.waived("x", breach, 6))
      .thenRecordsLike(["LotBreachWaived", { extent: "5000" }], ["PostingsFreed", { versions: [6] }])
  })

  it("ends with its breach", () => {
    lot()
      .when(store.shipped("a", 10, 30), store.waived("w", breach, 1), store.received("b", 100))
      .thenRecordsLike(["LotReceived"], ["LotBreachWithdrawn", { breach }])
      .when(store.shipped("c", 11, 80))
      .thenRecordsLike(["LotShipped"], ["LotBreachFound", { breach, extent: "10" }])
  })

  it("of what isn't open is noted", () => {
    lot()
      .when(store.received("a", 1), store.waived("w", breach, 1))
      .thenRecordsLike(["MessageNoted"])
  })
})

// The clock says when a lot has expired; only the word that holds counts.
import { expect, it } from "vitest"
import { lotDecider } from "../../../actors/lot/decider.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as store from "./store.ts"

const lot = () => specification(lotDecider)

it("a lot expires when the time of its expiry has come", () => {
  lot()
    .when(store.received("a", 1, { expiresAt: store.minute(30) }), store.expiryReached("t", 30))
    .thenRecords({ type: "LotExpired", data: { ...store.lot, expiresAt: store.minute(30) } })
})

it("a time that another word has replaced is noted", () => {
  const received = (id: string, expiresAt: number) => store.received(id, 1, { expiresAt: store.minute(expiresAt) })
  lot()
    .when(received("a", 30), received("b", 40), store.expiryReached("t", 30))
    .thenRecordsLike(["MessageNoted", { type: "LotExpiryReached" }])
    .when(store.expiryReached("u", 40))
    .thenRecordsLike(["LotExpired"])
  lot().when(received("b", 40), received("a", 30), store.expiryReached("u", 40)).thenRecordsLike(["LotExpired"])
})

it("that it has expired changes no facts", () => {
  const known = lot().when(store.received("a", 1, { expiresAt: store.minute(30) }))
  const before = known.state.facts
  known.when(store.expiryReached("t", 30)).thenState(({ facts }) => expect(facts).toEqual(before))
})

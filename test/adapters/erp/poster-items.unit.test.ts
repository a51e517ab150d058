// An item that somebody has open in the ERP holds up what moves it, one document at a time, and nothing else.
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { lockedItems } from "../../../adapters/erp/poster-items.ts"
import { lotStream, type StreamName } from "../../../core/journal/stream.ts"
import { ItemId, LotId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { aPlant, confirmation, goodsMovement } from "../../erp/documents.ts"

const plant = aPlant()
const reason = `Item STEEL of plant ${plant} is being processed by a user`

/** Of steel, of a lot of this name. */
const steel = (lot: string) => {
  const document = goodsMovement(plant, lot, 1, "out")
  const stream = lotStream({ scope: plantScope(plant), itemId: ItemId.make("STEEL"), lotId: LotId.make(lot) })
  return { document, stream }
}
const [one, two, three] = [steel("1"), steel("2"), steel("3")]

const other = () => {
  const { document, stream } = steel("4")
  const [line] = document.movements ?? []
  return {
    stream,
    document: { ...document, movements: line === undefined ? [] : [{ ...line, itemId: ItemId.make("OIL") }] }
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] })
  vi.advanceTimersByTime(1_000)
})
afterEach(() => {
  vi.useRealTimers()
})

/** It is on its way, and the ERP says that its item is locked. */
const refused = (items: ReturnType<typeof lockedItems>, { document, stream }: typeof one): void => {
  expect(items.begin({ document, stream })).toBe(true)
  items.locked(document, reason)
  items.over(document)
}

it("what isn't locked is sent at once, as many as there are", () => {
  const items = lockedItems(100)
  expect([one, two, three].map(items.begin)).toEqual([true, true, true])
  expect(items.waiting().size).toBe(0)
})

it("after a lock the next one waits, and then they go one at a time", () => {
  const items = lockedItems(100)
  refused(items, one)
  expect(items.begin(two)).toBe(false)
  vi.advanceTimersByTime(100)
  expect(items.begin(two)).toBe(true)
  expect(items.begin(three)).toBe(false)
  items.over(two.document)
  expect(items.begin(three)).toBe(true)
})

it("the pause doubles with each lock, up to a minute, and begins anew once a document went through", () => {
  const items = lockedItems(100)
  refused(items, one)
  for (const pause of [100, 200, 400]) {
    vi.advanceTimersByTime(pause - 1)
    expect(items.begin(one)).toBe(false)
    vi.advanceTimersByTime(1)
    refused(items, one)
  }
  for (let times = 0; times < 10; times++) {
    vi.advanceTimersByTime(60_000)
    refused(items, one)
  }
  vi.advanceTimersByTime(60_000)
  expect(items.begin(one)).toBe(true)
  items.over(one.document)
  refused(items, two)
  vi.advanceTimersByTime(200)
  expect(items.begin(two)).toBe(true)
})

it("those that were on their way at once are one lock", () => {
  const items = lockedItems(100)
  for (const { document, stream } of [one, two, three]) items.begin({ document, stream })
  for (const { document } of [one, two, three]) items.locked(document, reason)
  for (const { document } of [one, two, three]) items.over(document)
  vi.advanceTimersByTime(100)
  expect(items.begin(one)).toBe(true)
})

it("other items, other plants and confirmations flow", () => {
  const items = lockedItems(100)
  refused(items, one)
  const elsewhere = goodsMovement(aPlant(), "1", 1, "out")
  expect(items.begin(other())).toBe(true)
  expect(items.begin({ ...one, document: elsewhere })).toBe(true)
  expect(items.begin({ ...one, document: confirmation(plant, "O-1", 2) })).toBe(true)
})

it("of several items the one that the ERP names is held up, all where it names none", () => {
  const [line] = one.document.movements ?? []
  const [oil] = other().document.movements
  const both = { ...one.document, movements: [line, oil].flatMap((found) => found ?? []) }
  const named = lockedItems(100)
  named.locked(both, reason)
  expect([named.begin(two), named.begin(other())]).toEqual([false, true])
  const unnamed = lockedItems(100)
  unnamed.locked(both, "HTTP 423")
  expect([unnamed.begin(two), unnamed.begin(other())]).toEqual([false, false])
})

it("who waits is left out of what is asked for; once it is free one is let through, the first first", () => {
  const items = lockedItems(100)
  refused(items, one)
  for (const each of [two, three]) items.begin(each)
  const none: ReadonlyArray<StreamName> = []
  expect([...items.waiting()]).toEqual([two.stream, three.stream])
  vi.advanceTimersByTime(100)
  expect([...items.waiting()]).toEqual([three.stream])
  expect([...items.waiting()]).toEqual(none)
})

it("is forgotten two minutes after the last lock", () => {
  const items = lockedItems(100)
  refused(items, one)
  items.begin(two)
  vi.advanceTimersByTime(120_001)
  expect(items.waiting().size).toBe(0)
  expect([one, two, three].map(items.begin)).toEqual([true, true, true])
})

// The stand-in of SAP itself: it takes a whole request, and refuses one in which a single thing is wrong.
import { afterAll, beforeAll, expect, test } from "vitest"
import { account } from "./sap.ts"
import { type SapServer, startSapServer } from "./sap-server/server.ts"

type Body = Record<string, unknown>

let server: SapServer
beforeAll(async () => {
  server = await startSapServer(account)
  const { books } = server
  books.addProduct("STEEL", "KG", true)
  books.addProduct("PUMP", "EA", true)
  books.addOrder({ number: "000001000020", plant: "1010", material: "PUMP", quantity: "12.000", unit: "EA" })
  books.addStock({ plant: "1010", material: "STEEL", batch: "L-1", storageLocation: "0001" }, "100.000")
})
afterAll(() => server.stop())

const confirmations = "/sap/opu/odata/sap/API_PROD_ORDER_CONFIRMATION_2_SRV"
const goods = "/sap/opu/odata/sap/API_MATERIAL_DOCUMENT_SRV"

const basic = `Basic ${Buffer.from(`${account.user}:${account.password}`).toString("base64")}`
const common = { authorization: basic, "sap-client": account.client, "accept-language": "en" }

const session = async () => {
  const answer = await fetch(`${server.origin}${confirmations}/`, { headers: { ...common, "x-csrf-token": "Fetch" } })
  return {
    "x-csrf-token": answer.headers.get("x-csrf-token") ?? "",
    cookie: answer.headers.get("set-cookie")?.split(";", 1)[0] ?? ""
  }
}

let requestCount = 0
const repeatable = () => {
  requestCount += 1
  return {
    requestid: requestCount.toString(16).toUpperCase().padStart(32, "0"),
    repeatabilitycreation: "2026-11-23T06:00:00Z"
  }
}

const post = async (
  path: string,
  body: Body | undefined,
  headers: Readonly<Record<string, string | undefined>> = {}
) => {
  const all: Readonly<Record<string, string | undefined>> = {
    ...common,
    ...(await session()),
    ...repeatable(),
    "content-type": "application/json",
    ...headers
  }
  const answer = await fetch(`${server.origin}${path}`, {
    method: "POST",
    headers: Object.entries(all).flatMap(
      ([name, value]): ReadonlyArray<[string, string]> => (value === undefined ? [] : [[name, value]])
    ),
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  return { status: answer.status, text: await answer.text() }
}

let guidCount = 0
const confirmation = (): Body => {
  guidCount += 1
  return {
    OrderID: "000001000020",
    Sequence: "0",
    OrderOperation: "0010",
    PostingDate: "/Date(1795392000000)/",
    ExternalSystemConfirmation: `00000000-0000-0000-0000-${String(guidCount).padStart(12, "0")}`,
    ConfirmationText: "text",
    IsFinalConfirmation: false,
    FinalConfirmationType: "",
    ConfirmationUnit: "EA",
    ConfirmationYieldQuantity: "1.000",
    APIConfHasNoGoodsMovements: true
  }
}

const issue: Body = {
  Material: "STEEL",
  Plant: "1010",
  StorageLocation: "0001",
  Batch: "L-1",
  GoodsMovementType: "261",
  EntryUnit: "KG",
  QuantityInEntryUnit: "0.001",
  ManufacturingOrder: "000001000020"
}

const document = (item: Body = {}, header: Body = {}): Body => ({
  DocumentDate: "/Date(1795392000000)/",
  PostingDate: "/Date(1795392000000)/",
  GoodsMovementCode: "03",
  ...header,
  to_MaterialDocumentItem: { results: [{ ...issue, ...item }] }
})

test("takes a confirmation and a material document in SAP's forms", async () => {
  expect(await post(`${confirmations}/ProdnOrdConf2`, confirmation())).toMatchObject({ status: 201 })
  expect(await post(`${goods}/A_MaterialDocumentHeader`, document())).toMatchObject({ status: 201 })
})

const wrongHeaders: ReadonlyArray<readonly [string, Readonly<Record<string, string | undefined>>, number]> = [
  ["no CSRF token", { "x-csrf-token": undefined }, 403],
  ["an old CSRF token", { "x-csrf-token": "5b9f2b1e" }, 403],
  ["no cookie", { cookie: undefined }, 403],
  ["another session's cookie", { cookie: "SAP_SESSIONID_S4H_100=5b9f2b1e" }, 403],
  ["no credentials", { authorization: undefined }, 401],
  ["another client", { "sap-client": "200" }, 401],
  ["no RequestID", { requestid: undefined }, 400],
  ["a RequestID of other digits", { requestid: "12" }, 400],
  ["no RepeatabilityCreation", { repeatabilitycreation: undefined }, 400]
]
test.for(wrongHeaders)("refuses %s", async ([, headers, status]) => {
  const before = server.books.confirmations.length
  expect(await post(`${confirmations}/ProdnOrdConf2`, confirmation(), headers)).toMatchObject({ status })
  expect(server.books.confirmations.length).toBe(before)
})

const wrongConfirmations: ReadonlyArray<readonly [string, Body]> = [
  ["a number where a decimal is due", { ConfirmationYieldQuantity: 1 }],
  ["four places", { ConfirmationYieldQuantity: "1.0001" }],
  ["an exponent", { ConfirmationYieldQuantity: "1e3" }],
  ["an order without its zeros", { OrderID: "1000020" }],
  ["an operation without its zeros", { OrderOperation: "10" }],
  ["a date that isn't in JSON's form", { PostingDate: "2026-11-23" }],
  ["a time of day in a date", { PostingDate: "/Date(1795392000001)/" }],
  ["a field that isn't there", { Yield: "1.000" }],
  ["a text that is too long", { ConfirmationText: "x".repeat(41) }],
  ["a GUID that is none", { ExternalSystemConfirmation: "1" }],
  ["a flag as text", { IsFinalConfirmation: "X" }],
  ["a final one that says otherwise", { IsFinalConfirmation: true }],
  ["yield without a unit", { ConfirmationUnit: "" }],
  ["an order that isn't there", { OrderID: "000009999999" }],
  ["an operation that isn't there", { OrderOperation: "0099" }]
]
test.for(wrongConfirmations)("refuses a confirmation with %s", async ([, change]) => {
  const before = server.books.confirmations.length
  expect(await post(`${confirmations}/ProdnOrdConf2`, { ...confirmation(), ...change })).toMatchObject({ status: 400 })
  expect(server.books.confirmations.length).toBe(before)
})

const wrongDocuments: ReadonlyArray<readonly [string, Body, Body]> = [
  ["a number where a decimal is due", { QuantityInEntryUnit: 1 }, {}],
  ["a material without its zeros", { Material: "4711" }, {}],
  ["a material in small letters", { Material: "steel" }, {}],
  ["a batch that is too long", { Batch: "12345678901" }, {}],
  ["a batch that isn't there", { Batch: "L-7" }, {}],
  ["no batch where one is due", { Batch: "" }, {}],
  ["a movement type that another code is for", {}, { GoodsMovementCode: "05" }],
  ["an issue for an order without one", { ManufacturingOrder: undefined }, {}],
  ["an order where none is due", { GoodsMovementType: "551" }, {}],
  ["a receipt without the order's item", { GoodsMovementType: "101" }, { GoodsMovementCode: "02" }],
  ["a return without its posting type", { GoodsMovementType: "262" }, { GoodsMovementCode: "06" }],
  ["a receipt for a purchase order without one", { GoodsMovementType: "101" }, { GoodsMovementCode: "01" }],
  [
    "a transfer without a target",
    { GoodsMovementType: "311", ManufacturingOrder: undefined },
    { GoodsMovementCode: "04" }
  ],
  ["more than there is", { QuantityInEntryUnit: "101.000" }, {}],
  ["a reference that is too long", {}, { ReferenceDocument: "12345678901234567" }],
  ["a field of the other service", { OrderID: "000001000020" }, {}]
]
test.for(wrongDocuments)("refuses a material document with %s", async ([, item, header]) => {
  const before = server.books.documents.length
  expect(await post(`${goods}/A_MaterialDocumentHeader`, document(item, header))).toMatchObject({ status: 400 })
  expect(server.books.documents.length).toBe(before)
})

test("cancels once, and only what the caller has seen as it is", async () => {
  await post(`${goods}/A_MaterialDocumentHeader`, document())
  const { number, year } = server.books.documents.at(-1) ?? { number: "", year: "" }
  const query = (of: string) =>
    `${goods}/Cancel?MaterialDocumentYear='${year}'&MaterialDocument='${of}'&PostingDate=datetime'2026-11-23T00:00:00'`
  const etag = { "if-match": `W/"'1'"` }
  expect(await post(query(number), undefined)).toMatchObject({ status: 428 })
  expect(await post(query(number), undefined, { "if-match": `W/"'7'"` })).toMatchObject({ status: 412 })
  expect(await post(query(number.slice(1)), undefined, etag)).toMatchObject({ status: 400 })
  expect(await post(query(number), undefined, etag)).toMatchObject({ status: 201 })
  const again = await post(query(number), undefined, { "if-match": "*" })
  expect(again).toMatchObject({ status: 400, text: expect.stringContaining("already been cancelled") })
})

test("does what has one RequestID once, and takes one external confirmation once", async () => {
  const headers = repeatable()
  const body = confirmation()
  expect(await post(`${confirmations}/ProdnOrdConf2`, body, headers)).toMatchObject({ status: 201 })
  const outdated = await post(`${confirmations}/ProdnOrdConf2`, confirmation(), headers)
  expect(outdated).toMatchObject({ status: 400, text: expect.stringContaining("CM_COS/005") })
  const exists = await post(`${confirmations}/ProdnOrdConf2`, body)
  expect(exists).toMatchObject({ status: 400, text: expect.stringContaining("already exists") })
})

const get = async (path: string) => {
  const answer = await fetch(`${server.origin}${path}`, { headers: common })
  return { status: answer.status, text: await answer.text() }
}

test("reads by keys with all their digits, and by filters that it knows", async () => {
  const { count, group } = server.books.confirmations[0] ?? { count: "", group: "" }
  const entity = (of: string) =>
    `${confirmations}/ProdnOrdConf2(ConfirmationGroup='${of}',ConfirmationCount='${count}')`
  expect(await get(entity(group))).toMatchObject({ status: 200 })
  expect(await get(entity(String(Number(group))))).toMatchObject({ status: 400 })
  expect(await get(entity("0000000000"))).toMatchObject({ status: 404 })
  for (const filter of ["Nothing eq 'x'", "OrderID like 'x'", "OrderID eq 1", "OrderID eq 'x' or"]) {
    const path = `${confirmations}/ProdnOrdConf2?$filter=${encodeURIComponent(filter)}`
    expect([filter, (await get(path)).status]).toEqual([filter, 400])
  }
})

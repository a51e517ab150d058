// A stand-in of SAP S/4HANA for tests: it plays the part of its public OData V2 services that Traveler uses, and is strict
// about every rule that is known of them.
//
// Sources, said in own words; nothing of SAP's metadata is here: SAP Business Accelerator Hub, field lists of
// API_PRODUCTION_ORDER_2_SRV, API_PROD_ORDER_CONFIRMATION_2_SRV (ProdnOrdConf2, CancelProdnOrdConf), API_MATERIAL_DOCUMENT_SRV
// (A_MaterialDocumentHeader, Cancel), API_MATERIAL_STOCK_SRV (A_MatlStkInAcctMod) and API_PRODUCT_SRV; the documentation of SAP Cloud SDK on CSRF tokens and ETags; KBA
// 3027233 (movement type 262); SAP Gateway on RequestID and /IWBEP/CM_COS/005; SAP's messages M7/021, M7/053, M7/120, M8/147
// and M3/024. Other message numbers are made up, and their texts say what SAP's would. What only a real system can show is in
// docs/sap.md.
import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage } from "node:http"
import { sapBooks } from "./books.ts"
import { confirming, noKey } from "./confirm.ts"
import { etagOf, orderEtag } from "./entities.ts"
import { type Given, isGiven } from "./fields.ts"
import { moving } from "./move.ts"
import { literalOf, targetOf, textLiteral } from "./query.ts"
import { checkKey, keyLengths, reading } from "./read.ts"
import { absent, malformed, SapRefusal } from "./refusal.ts"

interface SapServerOptions {
  readonly client: string
  readonly user: string
  readonly password: string
}

interface Request {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

/** What happens to a request instead of, or after, what it asks for. */
type Fault =
  /** It is done, and nobody hears of it. */
  | { readonly kind: "lost answer" }
  /** 503, and it isn't done. */
  | { readonly kind: "unavailable" }
  /** 500, and it is done. */
  | { readonly kind: "failed after it" }
  | { readonly kind: "refusal"; readonly refusal: SapRefusal }
  /** The session ends just before it. */
  | { readonly kind: "session over" }
  /** A page that isn't SAP's. */
  | { readonly kind: "proxy"; readonly status: number }

interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<{ [name: string]: string }>
}

const place = /^\/sap\/opu\/odata\/sap\/(\w+)\/(.*)$/

export const startSapServer = async (options: SapServerOptions) => {
  const books = sapBooks()
  const confirmations = confirming(books)
  const goods = moving(books)
  const { confirmation, document, read, shown } = reading(books, () => showsZeros)
  const requests: Array<Request> = []
  const sessions = new Map<string, string>()
  const done = new Set<string>()
  let nextFault: { readonly of: "any" | "POST"; readonly fault: Fault } | undefined
  let knowsRequestIds = true
  let showsZeros = true

  const checkMatch = (headers: Request["headers"], now: string): void => {
    const etag = headers["if-match"]
    if (etag === undefined) throw new SapRefusal(428, "/IWFND/CM_MGW/428", "Header If-Match is required")
    if (etag !== "*" && etag !== now) {
      throw new SapRefusal(412, "/IWFND/CM_MGW/412", "Precondition failed: the entity was changed")
    }
  }

  const dayParameter = (query: URLSearchParams): string => {
    const value = literalOf(query.get("PostingDate") ?? "")
    if (typeof value !== "number" || value % 86_400_000 !== 0)
      throw malformed("PostingDate is no Edm.DateTime: invalid")
    return new Date(value).toISOString().slice(0, 10)
  }

  const write = (service: string, set: string, { body, headers }: Request, query: URLSearchParams): Given => {
    const parameter = (name: string): string => {
      const value = textLiteral(query.get(name), name)
      if (name in keyLengths) checkKey(name, value)
      return value
    }
    const given = (): Given => {
      const parsed: unknown = JSON.parse(body)
      if (!isGiven(parsed)) throw malformed("A body is an object")
      return parsed
    }
    switch (`${service}/${set}`) {
      case "API_PROD_ORDER_CONFIRMATION_2_SRV/ProdnOrdConf2":
        return shown(confirmation(confirmations.post(given())), [])
      case "API_PROD_ORDER_CONFIRMATION_2_SRV/CancelProdnOrdConf": {
        const original = books.confirmationAt(parameter("ConfirmationGroup"), parameter("ConfirmationCount"))
        checkMatch(headers, etagOf(original.cancelledBy !== undefined))
        const external = String(literalOf(query.get("ExternalSystemConfirmation") ?? ""))
        const text = parameter("ConfirmationText")
        if (text.length > 40) throw malformed("ConfirmationText is too long: invalid")
        return shown(confirmation(confirmations.cancel(original, dayParameter(query), text, external)), [])
      }
      case "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader":
        return shown(document(goods.post(given())), ["to_MaterialDocumentItem"])
      case "API_PRODUCTION_ORDER_2_SRV/OrderReleasedByMES": {
        const order = books.orderOf(parameter("ManufacturingOrder"))
        checkMatch(headers, orderEtag(order))
        books.checkNotOpenElsewhere(order)
        books.checkStatus(order)
        books.changeOrder(order.number, (changed) => {
          changed.takenOver += 1
        })
        return { OrderReleasedByMES: { MessageType: "S", MessageText: `Order ${order.number} changed` } }
      }
      case "API_MATERIAL_DOCUMENT_SRV/Cancel": {
        const original = books.documentAt(parameter("MaterialDocument"), parameter("MaterialDocumentYear"))
        checkMatch(headers, etagOf(original.cancelledBy !== undefined))
        // Of the two functions the one answers under its name: SAP's services do both.
        return { Cancel: shown(document(goods.cancel(original, dayParameter(query))), []) }
      }
      default:
        throw absent(`Resource not found for segment ${set}`)
    }
  }

  const cookieOf = ({ cookie = "" }: Request["headers"]): string | undefined =>
    /SAP_SESSIONID_S4H_\d+=([^;]+)/.exec(cookie)?.[1]

  const credentials = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString("base64")}`

  const hasToken = ({ headers }: Request): boolean => {
    const session = cookieOf(headers)
    return session !== undefined && sessions.get(session) === headers["x-csrf-token"]
  }

  const checkRepeat = ({ headers }: Request): string => {
    const id = headers.requestid
    if (typeof id !== "string" || !/^[0-9A-F]{32}$/.test(id)) throw malformed("Header RequestID is missing: invalid")
    const created = headers.repeatabilitycreation
    if (typeof created !== "string" || Number.isNaN(Date.parse(created))) {
      throw malformed("Header RepeatabilityCreation is missing: invalid")
    }
    if (knowsRequestIds && done.has(id)) throw new SapRefusal(400, "/IWBEP/CM_COS/005", "RequestID is outdated")
    return id
  }

  const reply = (status: number, body: string, headers: Reply["headers"] = {}): Reply => ({ status, body, headers })

  const sessionCookie = (session: string): string => `SAP_SESSIONID_S4H_${options.client}=${session}; path=/; HttpOnly`

  const answer = (request: Request): Reply => {
    const { headers, method } = request
    const url = new URL(request.path, "http://sap")
    if (headers.authorization !== credentials) return reply(401, "<html>Logon failed</html>")
    if (headers["sap-client"] !== options.client) return reply(401, "<html>Client isn't there</html>")
    const [, service = "", rest = ""] = place.exec(url.pathname) ?? []
    if (service === "") throw absent()
    if (headers["accept-language"] !== "en") throw malformed("The language is invalid")
    if (method === "GET") {
      if (rest !== "") {
        return reply(200, JSON.stringify({ d: read(service, targetOf(decodeURIComponent(rest)), url.searchParams) }))
      }
      if (headers["x-csrf-token"] !== "Fetch") return reply(200, JSON.stringify({ d: { EntitySets: [] } }))
      const [session, token] = [randomUUID(), randomUUID()]
      sessions.set(session, token)
      return reply(200, JSON.stringify({ d: {} }), { "x-csrf-token": token, "set-cookie": sessionCookie(session) })
    }
    if (method !== "POST") throw new SapRefusal(405, "/IWFND/CM_MGW/405", "Method not allowed")
    if (!hasToken(request)) return reply(403, "CSRF token validation failed", { "x-csrf-token": "Required" })
    const id = checkRepeat(request)
    const written = write(service, decodeURIComponent(rest), request, url.searchParams)
    done.add(id)
    const repeatabilityresult = knowsRequestIds ? "accepted" : "unsupported"
    return reply(201, JSON.stringify({ d: written }), { repeatabilityresult })
  }

  const judged = (request: Request): Reply => {
    try {
      return answer(request)
    } catch (error) {
      if (error instanceof SapRefusal) return reply(error.status, error.body)
      throw error
    }
  }

  /** A question outside of any session begins one, whatever the answer. */
  const answered = (request: Request): Reply => {
    const { headers, method } = request
    const isInOne = method !== "GET" || headers["x-csrf-token"] === "Fetch" || sessions.has(cookieOf(headers) ?? "")
    const replied = judged(request)
    if (isInOne || replied.status === 401) return replied
    const session = randomUUID()
    sessions.set(session, randomUUID())
    return { ...replied, headers: { ...replied.headers, "set-cookie": sessionCookie(session) } }
  }

  /** Undefined: nobody hears of it. */
  const faulty = (request: Request, fault: Fault): Reply | undefined => {
    switch (fault.kind) {
      case "unavailable":
        return reply(503, "<html>Service unavailable</html>")
      case "proxy":
        return reply(fault.status, "<html>A proxy</html>")
      case "refusal":
        return reply(fault.refusal.status, fault.refusal.body)
      case "session over":
        sessions.clear()
        return answered(request)
      case "failed after it":
        answered(request)
        return reply(500, "<html>Short dump</html>")
      case "lost answer":
        answered(request)
        return undefined
    }
  }

  const handle = (request: Request): Reply | undefined => {
    requests.push(request)
    const fault =
      nextFault !== undefined && ["any", request.method].includes(nextFault.of) ? nextFault.fault : undefined
    if (fault === undefined) return answered(request)
    nextFault = undefined
    return faulty(request, fault)
  }

  const server = createServer((message, response) => {
    const chunks: Array<Buffer> = []
    message.on("data", (chunk: Buffer) => chunks.push(chunk))
    message.on("end", () => {
      const { headers, method = "", url = "" } = message
      const reply = handle({ method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") })
      if (reply === undefined) response.destroy()
      else response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(reply.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0

  return {
    origin: `http://127.0.0.1:${port}`,
    books,
    repair: confirmations.repair,
    /** What somebody posts in SAP itself, and takes back there by its number. */
    postByHand: { confirmation: confirmations.post, goods: goods.post },
    cancelByHand: (number: string): void => {
      const [first = "", second = ""] = number.split("/")
      const confirmed = books.confirmations.find(({ count, group }) => group === first && count === second)
      if (confirmed !== undefined) confirmations.cancel(confirmed, confirmed.postingDay, "by hand", noKey)
      else goods.cancel(books.documentAt(first, second), "2026-11-22")
    },
    requests,
    /** Of the next request, or of the next that writes. */
    failNext: (of: "any" | "POST", fault: Fault): void => {
      nextFault = { of, fault }
    },
    /** Every session ends, and its token with it. */
    endSessions: (): void => sessions.clear(),
    /** How many there are: SAP has room for so many, and each takes some. */
    sessions: (): number => sessions.size,
    knowRequestIds: (known: boolean): void => {
      knowsRequestIds = known
    },
    showZeros: (shown: boolean): void => {
      showsZeros = shown
    },
    stop: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

export type SapServer = Awaited<ReturnType<typeof startSapServer>>

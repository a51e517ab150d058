// The receiver's own process: takes OTLP/HTTP, keeps it on disk, makes Jaeger's JSON of it. Started by `start.ts` alone,
// with the file, the port and the spool's limit as arguments; ends when its parent does. No Effect here: it starts fast.
import { once } from "node:events"
import { renameSync, writeFileSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { gunzipSync } from "node:zlib"
import { jaegerTraces } from "./jaeger.ts"
import { countSpans, type Span, spans } from "./otlp.ts"
import { Spool } from "./spool.ts"

/** Collectors allow 20 MB too. */
const requestLimit = 20 * 1024 * 1024
/** The newest spans go into the file: a browser opens some 10,000 well. */
const fileSpans = 10_000

const [file = "traces.json", port = "0", limit = "0"] = process.argv.slice(2)
const received = { requests: 0, spans: 0 }

const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Array<Buffer> = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > requestLimit) return undefined
    parts.push(part)
  }
  const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body, { maxOutputLength: requestLimit }) : body
}

/** The newest spans that `wanted` accepts, in the order received. */
const newest = (wanted: (span: Span) => boolean): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  for (const request of spool.newest()) {
    const accepted = [...spans(request)].filter(wanted)
    found.unshift(...accepted.slice(-(fileSpans - found.length)))
    if (found.length >= fileSpans) break
  }
  return found
}

const holds = (span: Span, tags: ReadonlyArray<readonly [string, string]>): boolean =>
  [span.attributes, ...span.events.map(({ attributes }) => attributes)].some((attributes) =>
    tags.every(([key, value]) => attributes.some(([name, found]) => name === key && String(found) === value))
  )

/** All traces that have a span with these tags; without tags, the newest. */
const traces = (tags: ReadonlyArray<readonly [string, string]>): string => {
  if (tags.length === 0) return JSON.stringify(jaegerTraces(newest(() => true)))
  const ids = new Set(newest((span) => holds(span, tags)).map(({ traceId }) => traceId))
  return JSON.stringify(jaegerTraces(newest(({ traceId }) => ids.has(traceId))))
}

const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await bodyOf(request)
  if (body === undefined)
    return answer(response, 413, "application/json", `{"message":"At most ${requestLimit} bytes"}`)
  let count: number
  try {
    count = countSpans(body)
  } catch (error) {
    return answer(response, 400, "application/json", JSON.stringify({ message: String(error) }))
  }
  if (body.length > 0) await spool.append(body)
  received.requests++
  received.spans += count
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true
  answer(response, 200, isJson ? "application/json" : "application/x-protobuf", isJson ? "{}" : "")
}

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { "content-type": type }).end(body)
}

/** Whoever opens the file finds a whole one. */
const save = (): void => {
  writeFileSync(`${file}.new`, traces([]))
  renameSync(`${file}.new`, file)
}

const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? "/", "http://receiver")
  switch (`${request.method} ${url.pathname}`) {
    case "POST /v1/traces":
      return take(request, response)
    case "GET /count":
      return answer(response, 200, "application/json", JSON.stringify(received))
    case "GET /traces":
      return answer(response, 200, "application/json", traces([...url.searchParams]))
    case "POST /save":
      save()
      return answer(response, 200, "application/json", "{}")
    default:
      return answer(response, 404, "application/json", `{"message":"Not here"}`)
  }
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => answer(response, 500, "application/json", JSON.stringify(String(error))))
})
server.on("error", (error) => {
  process.send?.({ failure: error.message }, () => process.exit(1))
})
server.listen(Number(port), "127.0.0.1")
await once(server, "listening")
// Only now: while another receiver had the port, the files were its.
const spool = new Spool(`${file}.otlp`, Number(limit))
const address = server.address()
process.send?.({ port: typeof address === "object" ? address?.port : undefined })

// An interrupt from the keyboard reaches the whole group; the parent still has spans to send, and says when to end.
process.on("SIGINT", () => undefined)
process.on("disconnect", () => {
  save()
  process.exit()
})

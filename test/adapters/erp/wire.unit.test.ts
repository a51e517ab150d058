// A request's fate over HTTP: answered, never sent, or unknown; told by what really came over the socket.
import { createServer, type Server } from "node:net"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { wire } from "../../../adapters/erp/wire.ts"

/** A TCP server that counts the bytes that it gets and answers each connection in the given way. */
const listener = (answer: (write: (text: string) => void, cut: () => void) => void) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ server: Server; received: () => string }>((resume) => {
        let received = ""
        const server = createServer((socket) => {
          socket.on("error", () => {})
          socket.on("data", (chunk) => {
            received += chunk.toString()
            answer(
              (text) => socket.write(text),
              () => socket.destroy()
            )
          })
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, received: () => received })))
      }),
      ({ server }) => Effect.sync(() => server.close())
    ),
    ({ server, received }) => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      return { origin: `http://127.0.0.1:${port}`, received, close: Effect.sync(() => server.close()) }
    }
  )

const post = { method: "POST", path: "/documents", body: "{}" } as const

it.live("an answer is its status, headers and body", () =>
  Effect.gen(function* () {
    const { origin } = yield* listener((write) => write("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok"))
    const send = yield* wire(origin, 1_000)
    expect(yield* send(post)).toEqual({ status: 201, headers: { "content-length": "2" }, body: "ok" })
  })
)

it.live("nobody listens: never sent", () =>
  Effect.gen(function* () {
    const { origin, close } = yield* listener(() => {})
    yield* close
    const send = yield* wire(origin, 1_000)
    expect((yield* Effect.flip(send(post)))._tag).toBe("NotSent")
  })
)

it.live("its time to be sent is over: never sent, not a byte", () =>
  Effect.gen(function* () {
    const { origin, received } = yield* listener((write) => write("HTTP/1.1 204 No Content\r\n\r\n"))
    const send = yield* wire(origin, 1_000)
    const failure = yield* Effect.flip(send({ ...post, sendBefore: performance.now() - 1 }))
    expect(failure._tag).toBe("NotSent")
    expect((yield* send(post)).status).toBe(204)
    expect(received().match(/POST/g)).toHaveLength(1)
  })
)

it.live("cut after it was sent: unknown", () =>
  Effect.gen(function* () {
    const { origin } = yield* listener((_, cut) => cut())
    const send = yield* wire(origin, 1_000)
    expect((yield* Effect.flip(send(post)))._tag).toBe("OutcomeUnknown")
  })
)

it.live("cut in the middle of the answer: unknown", () =>
  Effect.gen(function* () {
    const { origin } = yield* listener((write, cut) => {
      write("HTTP/1.1 201 Created\r\ncontent-length: 20\r\n\r\nhalf")
      cut()
    })
    const send = yield* wire(origin, 1_000)
    expect((yield* Effect.flip(send(post)))._tag).toBe("OutcomeUnknown")
  })
)

it.live("never answered: unknown once the timeout is over", () =>
  Effect.gen(function* () {
    const { origin } = yield* listener(() => {})
    const send = yield* wire(origin, 50)
    const began = performance.now()
    expect((yield* Effect.flip(send(post)))._tag).toBe("OutcomeUnknown")
    expect(performance.now() - began).toBeGreaterThanOrEqual(45)
  })
)

// An HTTP proxy before an ERP that loses answers after the ERP has done what was asked, turns requests away, or is down, as
// often as it is told; questions it lets through. For tests of what becomes of documents then.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect, type Scope } from "effect"
import { chance } from "../../adapters/simulator/random.ts"

export interface Chaos {
  /** Shares of the requests that change something, from 0 to 1. */
  readonly lost: number
  readonly locked: number
}

export interface ChaosProxy {
  readonly origin: string
  readonly set: (chaos: Chaos) => Effect.Effect<void>
  /** While it is down, connections are cut as they come. */
  readonly down: (isDown: boolean) => Effect.Effect<void>
  /** What was done to requests so far. */
  readonly counts: Effect.Effect<{ readonly passed: number; readonly lost: number; readonly locked: number }>
}

export const chaosProxy = (
  origin: string,
  seed: number,
  isChange: (body: string) => boolean
): Effect.Effect<ChaosProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const random = chance(seed)
    const counts = { passed: 0, lost: 0, locked: 0 }
    let chaos: Chaos = { lost: 0, locked: 0 }
    let isDown = false

    const forward = (client: IncomingMessage, body: Buffer, answer: ServerResponse, isLost: boolean) => {
      const asked = request(`${origin}${client.url}`, { method: client.method, headers: client.headers }, (given) => {
        const bytes: Array<Buffer> = []
        given.on("data", (chunk: Buffer) => bytes.push(chunk))
        given.on("error", () => client.socket.destroy())
        given.on("end", () => {
          counts[isLost ? "lost" : "passed"] += 1
          if (isLost) client.socket.destroy()
          else
            answer.writeHead(given.statusCode ?? 500, { "content-type": "application/json" }).end(Buffer.concat(bytes))
        })
      })
      asked.on("error", () => client.socket.destroy())
      asked.end(body)
    }

    const server = createServer((client, answer) => {
      if (isDown) return void client.socket.destroy()
      const chunks: Array<Buffer> = []
      client.on("error", () => client.socket.destroy())
      client.on("data", (chunk: Buffer) => chunks.push(chunk))
      client.on("end", () => {
        const body = Buffer.concat(chunks)
        const changes = isChange(body.toString("utf8"))
        if (changes && random.happens(chaos.locked)) {
          counts.locked += 1
          return void answer.writeHead(423).end("Locked")
        }
        forward(client, body, answer, changes && random.happens(chaos.lost))
      })
    })
    yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))),
      () =>
        Effect.callback<void>((resume) => {
          server.closeAllConnections()
          server.close(() => resume(Effect.void))
        })
    )
    const { port } = server.address() as AddressInfo
    return {
      origin: `http://127.0.0.1:${port}`,
      set: (now) =>
        Effect.sync(() => {
          chaos = now
        }),
      down: (now) =>
        Effect.sync(() => {
          isDown = now
        }),
      counts: Effect.sync(() => ({ ...counts }))
    }
  })

// A TCP proxy of one's own before a service, to cut its connections or to speak in its place. For tests.
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { Effect, type Scope } from "effect"

export interface TcpProxy {
  readonly port: number
  /** Breaks every connection that goes through. */
  readonly cut: Effect.Effect<void>
  /** Sends bytes to every client as if the service had sent them. */
  readonly inject: (bytes: Uint8Array) => Effect.Effect<void>
}

export const tcpProxy = (host: string, port: number): Effect.Effect<TcpProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clients = new Set<Socket>()
    const server = yield* Effect.acquireRelease(
      Effect.callback<ReturnType<typeof createServer>>((resume) => {
        const server = createServer((client) => {
          const service = connect(port, host)
          clients.add(client)
          client.pipe(service).pipe(client)
          for (const [one, other] of [
            [client, service],
            [service, client]
          ] as const) {
            one.on("error", () => other.destroy())
            one.on("close", () => other.destroy())
          }
          client.on("close", () => clients.delete(client))
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.callback<void>((resume) => {
          for (const client of clients) client.destroy()
          server.close(() => resume(Effect.void))
        })
    )
    const { port: own } = server.address() as AddressInfo
    return {
      port: own,
      cut: Effect.sync(() => {
        for (const client of clients) client.destroy()
      }),
      inject: (bytes) =>
        Effect.sync(() => {
          for (const client of clients) client.write(bytes)
        })
    }
  })

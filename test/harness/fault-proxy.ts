// A TCP proxy before a service: it loses connections at the worst moment, when certain bytes pass, or speaks in the
// service's place. For tests of unknown outcomes and of connections that break.
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { Deferred, Effect, type Scope } from "effect"

/** Before: the service never sees the request. After: the service has answered, and the client never sees that. */
export type Moment = "before the service" | "after the answer"

export interface FaultProxy {
  readonly port: number
  /**
   * Cuts the first connection on which a client sends bytes that contain `marker`. The inner effect succeeds once
   * that is done. The marker must be short enough to arrive in one piece.
   */
  readonly cutWhen: (marker: string, moment: Moment) => Effect.Effect<Effect.Effect<void>>
  /** Cuts all connections there are. */
  readonly cutAll: Effect.Effect<void>
  /** While refused, new connections are cut as they come. */
  readonly refuse: (refused: boolean) => Effect.Effect<void>
  /** Sends bytes to every client as if the service had sent them. */
  readonly inject: (bytes: Uint8Array) => Effect.Effect<void>
}

interface Trap {
  readonly marker: string
  readonly moment: Moment
  readonly sprung: Deferred.Deferred<void>
}

export const faultProxy = (host: string, port: number): Effect.Effect<FaultProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clients = new Set<Socket>()
    const traps = new Set<Trap>()
    let refused = false

    const serve = (client: Socket): void => {
      if (refused) {
        client.destroy()
        return
      }
      const service = connect(port, host)
      clients.add(client)
      const close = () => {
        client.destroy()
        service.destroy()
        clients.delete(client)
      }
      for (const socket of [client, service]) socket.on("error", close).on("close", close)
      let swallowed: Trap | undefined
      const spring = (trap: Trap) => {
        close()
        Deferred.doneUnsafe(trap.sprung, Effect.void)
      }
      client.on("data", (bytes) => {
        const trap = Array.from(traps).find(({ marker }) => bytes.includes(marker))
        if (trap !== undefined) {
          traps.delete(trap)
          if (trap.moment === "before the service") {
            spring(trap)
            return
          }
          swallowed = trap
        }
        service.write(bytes)
      })
      service.on("data", (bytes) => {
        if (swallowed === undefined) client.write(bytes)
        else spring(swallowed)
      })
    }

    const server = yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer(serve)
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
      cutWhen: (marker, moment) =>
        Effect.sync(() => {
          const sprung = Deferred.makeUnsafe<void>()
          traps.add({ marker, moment, sprung })
          return Deferred.await(sprung)
        }),
      cutAll: Effect.sync(() => {
        for (const client of clients) client.destroy()
      }),
      refuse: (now) =>
        Effect.sync(() => {
          refused = now
        }),
      inject: (bytes) =>
        Effect.sync(() => {
          for (const client of clients) client.write(bytes)
        })
    }
  })

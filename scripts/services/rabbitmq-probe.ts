// Asks one RabbitMQ whether it answers and lets us in.
// Only scripts/services and test/harness may use it.
import { Connection } from "rabbitmq-client"
import { messageOf } from "./ladder.ts"

export type RabbitAnswer =
  | { readonly is: "ready" }
  /** Something answers there, but not to us. */
  | { readonly is: "refusing"; readonly reason: string }
  | { readonly is: "absent"; readonly reason: string }

const isUnreachable = (failure: unknown): boolean =>
  failure instanceof Error &&
  "code" in failure &&
  ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EHOSTUNREACH", "ETIMEDOUT", "CONN_TIMEOUT", "CONN_CLOSE"].includes(
    String(failure.code)
  )

export const askRabbit = (url: string): Promise<RabbitAnswer> =>
  new Promise((resolve) => {
    const connection = new Connection({ url, connectionTimeout: 5000, connectionName: "traveler looks for its broker" })
    const end = (answer: RabbitAnswer) => {
      connection.unsafeDestroy()
      resolve(answer)
    }
    connection.once("connection", () => {
      connection.close().then(
        () => resolve({ is: "ready" }),
        () => end({ is: "ready" })
      )
    })
    connection.on("error", (failure: unknown) =>
      end({ is: isUnreachable(failure) ? "absent" : "refusing", reason: messageOf(failure) })
    )
  })

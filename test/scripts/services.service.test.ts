// Finding the services as any command does: what a person set is used or named as wrong, never replaced in silence.
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import { root } from "../../scripts/places.mjs"
import { askPostgres } from "../../scripts/services/postgres-probe.ts"
import { askRabbit } from "../../scripts/services/rabbitmq-probe.ts"
import { brokerUrl } from "../harness/broker.ts"

const server = process.env.TRAVELER_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/traveler"

const at = (database: string): string => {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

const query = (sql: string) =>
  Effect.runPromise(
    PgConnection.make({ url: Redacted.make(at("postgres")) }).pipe(
      Effect.flatMap((connection) => connection.query(sql)),
      Effect.scoped
    )
  )

interface Ended {
  readonly code: number | null
  readonly said: string
}

const findServices = (environment: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "scripts/services.ts")], {
      env: { ...process.env, ...environment }
    })
    let said = ""
    child.stderr.on("data", (chunk) => {
      said += chunk
    })
    child.on("close", (code) => resolve({ code, said }))
  })

const made = `traveler_house_${randomUUID().slice(0, 8)}`
afterAll(() => query(`drop database if exists ${made}`))

describe("the services", () => {
  it("that are set are used, and a missing database is made, in UTF-8 and byte order, also by two at once", async () => {
    const environment = { TRAVELER_POSTGRES_URL: at(made), TRAVELER_BROKER_URL: brokerUrl().href }
    const both = await Promise.all([findServices(environment), findServices(environment)])
    for (const { code, said } of both) {
      expect(said).toMatch(/^Postgres [\d.]+ answers at .*\nRabbitMQ answers at .*\n$/)
      expect(code).toBe(0)
    }
    const sql = `select pg_encoding_to_char(encoding) as encoding, datcollate from pg_database where datname = '${made}'`
    expect((await query(sql)).rows).toEqual([{ encoding: "UTF8", datcollate: "C" }])
  })

  it("that are set but don't answer are named, without their password, and nothing else is taken", async () => {
    const nowhere = "postgres://someone:hunter2@127.0.0.1:1/traveler"
    const { code, said } = await findServices({ TRAVELER_POSTGRES_URL: nowhere, TRAVELER_BROKER_URL: "memory" })
    expect(code).toBe(1)
    expect(said).toContain("TRAVELER_POSTGRES_URL names a Postgres at 127.0.0.1:1 that gives no connection")
    expect(said).toContain("ECONNREFUSED")
    expect(said).not.toContain("hunter2")
  })
})

describe("asking", () => {
  it("tells a Postgres that refuses from none at all", async () => {
    expect(await askPostgres("postgres://postgres@127.0.0.1:1/traveler")).toMatchObject({ is: "absent" })
    const stranger = new URL(at("postgres"))
    stranger.username = "nobody_here"
    expect(await askPostgres(stranger.href)).toMatchObject({ is: "refusing" })
  })

  it("tells a RabbitMQ that refuses from none at all", async () => {
    expect(await askRabbit("amqp://guest:guest@127.0.0.1:1")).toMatchObject({ is: "absent" })
    const stranger = brokerUrl()
    stranger.password = "wrong"
    expect(await askRabbit(stranger.href)).toMatchObject({ is: "refusing" })
  })
})

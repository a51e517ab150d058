// The template that every Tryton database is a copy of: tables, modules, unique keys and a company, made once in a
// Postgres. Only scripts/tryton may use it.
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Redacted } from "effect"
import { trytonPlanner } from "../../adapters/erp/tryton/planner.ts"
import { exclusively } from "../lock.mjs"
import { type Say, saying } from "../services/ladder.ts"
import { ownDirectory } from "../services/machine.ts"
import { addIndexes, analysing, createEmpty, draft, exists, finishTemplate, template } from "./databases.ts"
import { modules } from "./packages.ts"
import { administer, configure, end, serve } from "./server.ts"

/** On loopback alone, like the broker's guest: whoever may reach it may use it. */
export const user = "admin"
export const password = "traveler-erp-1"

const build = async (postgresUrl: string): Promise<void> => {
  const directory = join(ownDirectory, "tryton", "template")
  const configuration = configure(directory, postgresUrl, 0)
  const passwordFile = join(directory, "password")
  writeFileSync(passwordFile, password, { mode: 0o600 })
  await createEmpty(postgresUrl, draft)
  await analysing(postgresUrl, draft, async () => {
    await administer(configuration, draft, ["--all", "--email", "admin@example.com"], passwordFile)
    await administer(configuration, draft, ["-u", ...modules, "--activate-dependencies"], passwordFile)
  })
  await addIndexes(postgresUrl, draft)
  const { origin, pid } = await serve(directory, postgresUrl, draft)
  try {
    const options = { origin, database: draft, user, password: Redacted.make(password) }
    await Effect.runPromise(Effect.scoped(Effect.flatMap(trytonPlanner(options), ({ addCompany }) => addCompany)))
  } finally {
    await end(directory, pid)
  }
  await finishTemplate(postgresUrl)
  rmSync(directory, { recursive: true })
}

/** Two at once wait for each other. */
export const ensureTemplate = async (postgresUrl: string, say: Say): Promise<void> => {
  if (await exists(postgresUrl, template)) return
  await exclusively(join(ownDirectory, "tryton.lock"), say, async () => {
    if (await exists(postgresUrl, template)) return
    await saying("Making Tryton's tables, once", say, () => build(postgresUrl))
    say(`Made ${template}: Tryton's tables, modules and a company`)
  })
}

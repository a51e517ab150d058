// What reads in place of rabbitmq-client's own reader is made for one version; another must be looked at first.
import { readFile } from "node:fs/promises"
import { expect, it } from "vitest"
import { pinnedVersion } from "../../../adapters/rabbitmq/frame-reader.ts"

it("is made for the installed version of rabbitmq-client (then run frame-reader.service.test.ts and raise pinnedVersion)", async () => {
  const installed = new URL(import.meta.resolve("rabbitmq-client/package.json"))
  expect(JSON.parse(await readFile(installed, "utf8"))).toMatchObject({ version: pinnedVersion })
})

// docs/contract.md tells the truth: an example of every message type that decodes, and every exchange and queue.
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { commandStreamTopology, commandTopology, plantTopology } from "../../adapters/rabbitmq/topology.ts"
import { plantMessages } from "../../core/message/catalogue.ts"
import { mesCommands } from "../../core/message/mes-command.ts"
import { PlantId } from "../../core/plant/identifiers.ts"

const document = readFileSync(new URL("../../docs/contract.md", import.meta.url), "utf8")

const examples = new Map(
  [...document.matchAll(/^```json (\w+)\n(.*?)^```$/gms)].map(([, type = "", body = ""]) => [type, body])
)

const messages = { ...plantMessages, ...mesCommands }

describe("docs/contract.md", () => {
  it("has an example of every message type and of no other", () => {
    expect([...examples.keys()].sort()).toEqual(Object.keys(messages).sort())
  })

  it.each(Object.entries(messages))("has a %s that the code understands, with no field too many", (type, schema) => {
    const body: unknown = JSON.parse(examples.get(type) ?? "")
    const decode = Schema.decodeUnknownSync(schema, { onExcessProperty: "error" })
    expect(() => decode(body)).not.toThrow()
  })

  it.each(Object.entries(messages))("names every field of %s", (_type, schema) => {
    for (const field of Object.keys(schema.fields)) expect(document).toContain(`\`${field}\``)
  })

  it("names every exchange and queue that is declared, but for the broker's own dead-letter exchange", () => {
    const { exchanges, queues } = plantTopology(PlantId.make("P"))
    for (const { name } of [...exchanges, ...queues, ...commandTopology.queues, ...commandStreamTopology.queues]) {
      if (name !== "traveler.dead") expect(document).toContain(`\`${name.replace(/\.P$/, ".<plant>")}\``)
    }
  })
})

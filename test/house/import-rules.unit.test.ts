// The import rules: each arrow of the rooms' table, and what may be imported in one place only.
import { describe, expect, it } from "vitest"
import { forbiddenImports } from "../../scripts/import-rules.ts"

const importing = (file: string, specifier: string): ReadonlyArray<string> =>
  forbiddenImports(file, `import { x } from "${specifier}"\nexport const y = x\n`)

describe("allowed", () => {
  it.each([
    ["core/journal/hash.ts", "node:crypto"],
    ["core/journal/codec.ts", "msgpackr"],
    ["core/plant/time.ts", "effect"],
    ["core/port/erp.ts", "../message/order.ts"],
    ["actors/order/decide.ts", "../../core/decider.ts"],
    ["projections/orders/orders.ts", "effect/sql/SqlClient"],
    ["projections/orders/orders.ts", "../../core/journal/event.ts"],
    ["adapters/postgres/journal.ts", "@effect/sql-pg"],
    ["adapters/cli/main.ts", "../../projections/orders/orders.ts"],
    ["adapters/cluster/placement.ts", "effect/cluster"],
    ["adapters/cli/demo.ts", "../../scripts/services.ts"],
    ["adapters/config.ts", "../scripts/services/record.ts"],
    ["test/core/hash.unit.test.ts", "../../core/journal/hash.ts"],
    ["bench/main.ts", "../actors/partition.ts"]
  ])("%s ← %s", (file, specifier) => {
    expect(importing(file, specifier)).toEqual([])
  })
})

describe("forbidden", () => {
  it.each([
    ["core/journal/hash.ts", "node:fs"],
    ["core/journal/hash.ts", "rabbitmq-client"],
    ["core/decider.ts", "../actors/actor.ts"],
    ["core/plant/time.ts", "../../adapters/config.ts"],
    ["core/plant/time.ts", "effect/sql"],
    ["actors/partition.ts", "../projections/runner.ts"],
    ["actors/partition.ts", "effect/sql/SqlClient"],
    ["actors/partition.ts", "effect/cluster"],
    ["actors/partition.ts", "node:crypto"],
    ["projections/runner.ts", "../actors/actor.ts"],
    ["projections/runner.ts", "../adapters/postgres/client.ts"],
    ["projections/runner.ts", "@effect/sql-pg"],
    ["adapters/rabbitmq/broker.ts", "effect/cluster/Sharding"],
    ["adapters/cli/main.ts", "@effect/platform-node/NodeClusterSocket"],
    ["adapters/rabbitmq/broker.ts", "../../scripts/services.ts"],
    ["adapters/cli/main.ts", "../../test/harness/broker.ts"]
  ])("%s ← %s", (file, specifier) => {
    const [fault, ...others] = importing(file, specifier)
    expect(fault).toContain(`${file} imports ${specifier}: `)
    expect(others).toEqual([])
  })

  it.each([
    ["a type import", 'import type { A } from "../actors/actor.ts"'],
    ["a re-export", 'export { a } from "../actors/actor.ts"'],
    ["a whole re-export", 'export * from "../actors/actor.ts"'],
    ["an import at run time", 'export const a = () => import("../actors/actor.ts")'],
    ["an import for its effect", 'import "../actors/actor.ts"']
  ])("also as %s", (_, text) => {
    expect(forbiddenImports("core/decider.ts", text)).toHaveLength(1)
  })
})

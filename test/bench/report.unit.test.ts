// What the throughput scenario prints: medians over its rounds, ratios of one round each, nulls where not measured.
import { Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { median } from "../../bench/median.ts"
import { isBroker, isPostgres, secondsOf } from "../../bench/processor-time.ts"
import { type Round, reportOf, table } from "../../bench/throughput-report.ts"

const round = (seconds: number, peer: number): Round => ({
  core: {
    seconds,
    eventRows: 2_000,
    types: new Map(),
    traced: true,
    processorTime: { node: seconds / 2, postgres: 0.01, broker: 0.02 },
    database: Redacted.make("postgres://nowhere")
  },
  limits: { drain: peer * 10, copy: peer * 20 },
  mix: {
    seconds,
    eventRows: 3_000,
    types: new Map(),
    traced: true,
    processorTime: undefined,
    database: Redacted.make("postgres://nowhere"),
    messages: 500,
    copy: peer * 30
  },
  peers: { transactionPerMessage: peer, emmett: peer / 2 }
})

// On a machine that is twice as slow in the second round and three times in the third, with one lucky peer.
const rounds = [round(1, 100), round(2, 50), round(3, 100)]
const report = reportOf({ messages: 1_000, rounds, withProjections: 123.4, memory: undefined })

describe("the report", () => {
  it("has the median of rates and of each round's ratios", () => {
    expect(report.messagesPerSecond).toBe(500)
    expect(report.eventRowsPerSecond).toBe(1_000)
    expect(report.limits).toEqual({ drain: 1_000, copy: 2_000 })
    expect(report.ratios).toEqual({ drain: 1, copy: 1, transactionPerMessage: 10, emmett: 20 })
    expect(report.mix).toEqual({
      messages: 500,
      messagesPerSecond: 250,
      eventRowsPerSecond: 1_500,
      limits: { copy: 3_000 },
      ratios: { copy: 1 }
    })
  })

  it("has processor time a message", () => {
    expect(report.cpuMicrosPerMessage).toEqual({ node: 1_000, postgres: 10, broker: 20 })
  })

  it("says null for what was not measured", () => {
    expect(report.residentBytes).toEqual({ at300k: null, at1M: null })
    const blind = rounds.map(({ core, ...others }) => ({ ...others, core: { ...core, processorTime: undefined } }))
    const { cpuMicrosPerMessage } = reportOf({ messages: 1_000, rounds: blind, withProjections: 1, memory: undefined })
    expect(cpuMicrosPerMessage).toEqual({ node: null, postgres: null, broker: null })
  })

  it("isn't traced when one round has a span too few", () => {
    const [one = round(1, 1), ...others] = rounds
    const lossy = [{ ...one, core: { ...one.core, traced: false } }, ...others]
    expect(reportOf({ messages: 1_000, rounds: lossy, withProjections: 1, memory: undefined }).traced).toBe(false)
  })

  it("is a table for people", () => {
    expect(table(report)).toMatch(/one transaction a message.* 100 \/s {3}Traveler is 10 times that/)
  })
})

describe("the median", () => {
  it("is the middle one, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([7])).toBe(7)
  })
})

describe("processor time", () => {
  it("is read behind a name that may hold anything", () => {
    expect(secondsOf("12 (a) b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0")).toBe(3)
  })

  it("is that of our own backends and of what Postgres does for all", () => {
    expect(isPostgres("postgres: 15/main: postgres traveler_test_1 127.0.0.1(52034) idle", "traveler_test_1")).toBe(
      true
    )
    expect(isPostgres("postgres: postgres traveler_test_12 127.0.0.1(52034) idle", "traveler_test_1")).toBe(false)
    expect(isPostgres("postgres: 15/main: walwriter ", "traveler_test_1")).toBe(true)
    expect(isPostgres("psql postgres traveler_test_1 ", "traveler_test_1")).toBe(false)
  })

  it("is that of the broker and not of its command line", () => {
    expect(isBroker("/usr/lib/erlang/bin/beam.smp -W w -- -noshell -s rabbit boot -boot start_sasl")).toBe(true)
    expect(isBroker("/usr/lib/erlang/bin/beam.smp -- -s rabbitmqctl add_vhost x")).toBe(false)
  })
})

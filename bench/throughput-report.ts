// What the throughput scenario found: the medians of its rounds, and a table for people. Used by `throughput.ts`.
import { availableParallelism, cpus, totalmem } from "node:os"
import type { Run } from "./core/run.ts"
import { median } from "./median.ts"
import { concurrency as appendsInFlight } from "./peers/emmett.ts"
import { concurrency as transactionsInFlight } from "./peers/transaction-per-message.ts"
import type { ProcessorTime } from "./processor-time.ts"

export interface Round {
  readonly core: Run
  /** Messages and rows a second. */
  readonly limits: { readonly drain: number; readonly copy: number }
  /** The simulator's two plants, with reactions: so many messages, and rows a second by copy. */
  readonly mix: Run & { readonly messages: number; readonly copy: number }
  /** Messages and events a second. */
  readonly peers: { readonly transactionPerMessage: number; readonly emmett: number }
}

export interface Findings {
  readonly messages: number
  readonly rounds: ReadonlyArray<Round>
  readonly withProjections: number
  readonly memory: { readonly at300k: number; readonly at1M: number } | undefined
}

/** Rates are of a second; a null was not measured. */
export interface Report {
  readonly scenario: "throughput"
  /** Every message of every round has its span at the receiver. */
  readonly traced: boolean
  readonly messagesPerSecond: number
  readonly eventRowsPerSecond: number
  /** Messages until views and poster had done their part too. */
  readonly withProjections: number
  readonly limits: Round["limits"]
  readonly peers: Round["peers"]
  /** The core's messages by theirs; for `copy` event rows by rows. */
  readonly ratios: Round["limits"] & Round["peers"]
  /** The same for orders and lots of the simulator's plants, the rows that reactions lead to included. */
  readonly mix: {
    readonly messages: number
    readonly messagesPerSecond: number
    readonly eventRowsPerSecond: number
    readonly limits: { readonly copy: number }
    readonly ratios: { readonly copy: number }
  }
  readonly cpuMicrosPerMessage: { readonly [Part in keyof ProcessorTime]: number | null }
  readonly messages: number
  readonly residentBytes: { readonly at300k: number | null; readonly at1M: number | null }
}

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))

export const reportOf = ({ messages, rounds, withProjections, memory }: Findings): Report => {
  const middle = (of: (round: Round) => number, digits?: number) => rounded(median(rounds.map(of)), digits)
  const rate = ({ core }: Round) => messages / core.seconds
  const rowRate = ({ core }: Round) => core.eventRows / core.seconds
  const micros = (part: keyof ProcessorTime) => {
    const used = rounds.flatMap(({ core: { processorTime } }) => (processorTime === undefined ? [] : [processorTime]))
    return used.length === 0 ? null : rounded(median(used.map((time) => (time[part] / messages) * 1e6)), 1)
  }
  return {
    scenario: "throughput",
    traced: rounds.every(({ core, mix }) => core.traced && mix.traced),
    messagesPerSecond: middle(rate),
    eventRowsPerSecond: middle(rowRate),
    withProjections: rounded(withProjections),
    limits: { drain: middle(({ limits }) => limits.drain), copy: middle(({ limits }) => limits.copy) },
    peers: {
      transactionPerMessage: middle(({ peers }) => peers.transactionPerMessage),
      emmett: middle(({ peers }) => peers.emmett)
    },
    ratios: {
      drain: middle((round) => rate(round) / round.limits.drain, 3),
      copy: middle((round) => rowRate(round) / round.limits.copy, 3),
      transactionPerMessage: middle((round) => rate(round) / round.peers.transactionPerMessage, 2),
      emmett: middle((round) => rate(round) / round.peers.emmett, 2)
    },
    mix: {
      messages: middle(({ mix }) => mix.messages),
      messagesPerSecond: middle(({ mix }) => mix.messages / mix.seconds),
      eventRowsPerSecond: middle(({ mix }) => mix.eventRows / mix.seconds),
      limits: { copy: middle(({ mix }) => mix.copy) },
      ratios: { copy: middle(({ mix }) => mix.eventRows / mix.seconds / mix.copy, 3) }
    },
    cpuMicrosPerMessage: { node: micros("node"), postgres: micros("postgres"), broker: micros("broker") },
    messages,
    residentBytes: memory ?? { at300k: null, at1M: null }
  }
}

const machine = (): string => {
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${availableParallelism()} × ${cpus()[0]?.model ?? "processor"}, ${gigabytes} GB, Node ${process.version}`
}

const number = (value: number | null): string => value?.toLocaleString("en") ?? "not measured"
const megabytes = (bytes: number | null): string =>
  bytes === null ? "not measured" : `${number(rounded(bytes / 2 ** 20))} MB`

export const table = (report: Report): string => {
  const { limits, peers, mix, ratios, cpuMicrosPerMessage: cpu, residentBytes } = report
  const rows: ReadonlyArray<readonly [string, number, string]> = [
    ["Traveler, views and poster off", report.messagesPerSecond, ""],
    ["  event rows of it", report.eventRowsPerSecond, ""],
    ["Traveler, views and poster keeping up", report.withProjections, ""],
    ["Traveler, orders and lots of two plants", mix.messagesPerSecond, ""],
    ["  event rows of it, reactions included", mix.eventRowsPerSecond, ""],
    ["  limit: the same rows by copy", mix.limits.copy, `Traveler is ${mix.ratios.copy} of it`],
    ["limit: take and acknowledge alone", limits.drain, `Traveler is ${ratios.drain} of it`],
    ["limit: the same rows by copy", limits.copy, `Traveler is ${ratios.copy} of it`],
    [
      `peer: one transaction a message, ${transactionsInFlight} at once`,
      peers.transactionPerMessage,
      `Traveler is ${ratios.transactionPerMessage} times that`
    ],
    [`peer: Emmett, ${appendsInFlight} appends at once`, peers.emmett, `Traveler is ${ratios.emmett} times that`]
  ]
  return [
    `${number(report.messages)} order messages, ${report.traced ? "each with its span at the receiver" : "SPANS MISSING"}`,
    machine(),
    "",
    ...rows.map(([what, rate, compared]) => `${what.padEnd(46)}${number(rate).padStart(9)} /s   ${compared}`.trimEnd()),
    "",
    `processor µs a message: core ${number(cpu.node)}, Postgres ${number(cpu.postgres)}, broker ${number(cpu.broker)}`,
    `resident after 300,000 messages ${megabytes(residentBytes.at300k)}, after 1,000,000 ${megabytes(residentBytes.at1M)}`
  ].join("\n")
}

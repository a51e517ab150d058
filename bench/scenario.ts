// What a scenario of the bench is. Used by `main.ts`, the registry and the scenarios.
import { Effect } from "effect"

export interface Scenario<Config extends { readonly messages: number }, Report> {
  readonly presets: { readonly quick: Config; readonly full: Config }
  /** Fails, and gives no number, where what ran isn't what was asked for. */
  readonly run: (config: Config) => Effect.Effect<Report, { readonly message: string }>
  /** For people. */
  readonly table: (report: Report) => string
}

/** With its config and report hidden, so that one command line runs every scenario. `messages` stand for the preset's. */
export const runnable =
  <Config extends { readonly messages: number }, Report>({ presets, run, table }: Scenario<Config, Report>) =>
  (preset: "quick" | "full", messages: number | undefined) => {
    const config = presets[preset]
    return Effect.map(run(messages === undefined ? config : { ...config, messages }), (report) => ({
      json: JSON.stringify(report),
      table: table(report)
    }))
  }

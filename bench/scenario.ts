// What a scenario of the bench is. Used by `main.ts`, the registry and the scenarios.
import type { Effect } from "effect"

export interface Scenario<Config extends { readonly messages: number }, Report> {
  readonly presets: { readonly quick: Config; readonly full: Config }
  /** Fails, and gives no number, where what ran isn't what was asked for. */
  readonly run: (config: Config) => Effect.Effect<Report, { readonly message: string }>
  /** For people. */
  readonly table: (report: Report) => string
}

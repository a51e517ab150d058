// A recall's report as JSON, and the hash that every format of it carries: both from these bytes. Used by this folder's
// writers and the command.
import { createHash } from "node:crypto"
import type { RecallReport } from "../report.ts"

/** One line: the same report gives the same bytes. */
export const recallJson = (report: RecallReport): Uint8Array => Buffer.from(`${JSON.stringify(report)}\n`)

/** SHA-256 of the report as JSON, in hex: `sha256sum` of the file that `--format json` writes says the same. */
export const reportHash = (report: RecallReport): string =>
  createHash("sha256").update(recallJson(report)).digest("hex")

// The one table that sorts SAP's refusals into the three failures and the doubt. Used inside adapters/erp/sap.
//
// SAP's code (message class and number) decides where it is known, its English text where it isn't: a message's number
// differs between transactions, so each request asks for English. The numbers are the rows of docs/sap.md; those that aren't
// here are no refusals: 1 (no answer), 19 (there already) and 22 (partly posted) are told by `session.ts`, `post.ts` and
// `held-confirmation.ts`, and 6 (stock that came later than it is taken) reads as 7.
import { BusinessRuleViolation, DataQualityIssue, type Failure, TechnicalFailure } from "../../../core/failure.ts"
import type { ErpFailure, Obstacle } from "../../../core/port/erp.ts"
import type { SapMessage } from "./answer.ts"

type Fields = { readonly [Field in "field" | "value" | "reason" | "nextStep"]: string }

/** SAP's own word that it didn't do it: its unit of work was rolled back. */
export interface Refusal {
  readonly status: number
  readonly messages: ReadonlyArray<SapMessage>
}

interface Row {
  readonly row: number
  readonly status?: number
  readonly code?: RegExp
  readonly text?: RegExp
  readonly failure: new (fields: Fields) => Failure
  readonly nextStep: string
}

const isProcessed = /(is|are) (already |currently )?(being )?processed by|locked by (user )?/i
const closed = { code: /^M7\/053$/, text: /posting only possible in periods|period .* is (closed|not open)/i }

const [technical, business, data] = [TechnicalFailure, BusinessRuleViolation, DataQualityIssue]

/** The first that matches, of any of SAP's messages. */
const table: ReadonlyArray<Row> = [
  {
    row: 3,
    status: 401,
    failure: technical,
    nextStep: "Correct user and password of Traveler in SAP; it is tried again"
  },
  {
    row: 4,
    code: /^M7\/120$/,
    text: /no authori[sz]ation|not authori[sz]ed/i,
    failure: technical,
    nextStep: "Give Traveler's user the authorization for this movement type and plant; it is tried again"
  },
  {
    row: 3,
    status: 403,
    failure: technical,
    nextStep: "Give Traveler's user the service's authorization in SAP; it is tried again"
  },
  {
    row: 2,
    status: 423,
    failure: technical,
    nextStep: "Nothing to do: it is tried again until nobody else has it open"
  },
  {
    row: 2,
    text: isProcessed,
    failure: technical,
    nextStep: "Nothing to do: it is tried again until nobody else has it open"
  },
  {
    row: 2,
    status: 412,
    failure: technical,
    nextStep: "Nothing to do: the document was changed meanwhile, it is tried again"
  },
  { row: 1, status: 429, failure: technical, nextStep: "Nothing to do: it is tried again more slowly" },
  {
    row: 5,
    ...closed,
    failure: business,
    nextStep: "Open the period in SAP, or decide on a later posting date"
  },
  {
    row: 12,
    text: /blocked (for|by) (physical )?inventory/i,
    failure: business,
    nextStep: "Resubmit it once the count is posted in SAP"
  },
  {
    row: 7,
    code: /^M7\/021$/,
    text: /^deficit of/i,
    failure: business,
    nextStep: "Find out what came into that batch and isn't booked by that day; count it, or correct the lot"
  },
  {
    row: 11,
    text: /batch .*(restricted|expired|blocked)|shelf life .*expired|in quality inspection/i,
    failure: business,
    nextStep: "Have quality decide on the batch in SAP, or correct the lot; then resubmit"
  },
  {
    row: 21,
    text: /status (lkd|lock)|order .* is locked|settlement/i,
    failure: business,
    nextStep: "Unlock the order in SAP, and resubmit"
  },
  {
    row: 8,
    code: /^BS\/007$/,
    text: /status (teco|clsd|dlfl|dlt|crtd|lkd) |not (yet )?released|technically completed|deletion flag/i,
    failure: business,
    nextStep: "Take back the order's status in SAP (or release it) and resubmit, or book it by hand and waive"
  },
  {
    row: 10,
    text: /(over|under)-?deliver|tolerance/i,
    failure: business,
    nextStep: "Approve the surplus in SAP, or correct the report"
  },
  {
    row: 9,
    text: /(already|finally) .*confirmed|final confirmation|preceding operation|milestone|sequence of operations/i,
    failure: business,
    nextStep: "Cancel the final confirmation in SAP and resubmit, or book what is late by hand and waive"
  },
  {
    row: 8,
    text: /already (been )?(cancel|revers)/i,
    failure: business,
    nextStep: "Find out who reversed the document in SAP"
  },
  {
    row: 20,
    code: /^M8\/147$/,
    text: /account determination/i,
    failure: data,
    nextStep: "Have finance add the account to the account determination, and resubmit"
  },
  {
    row: 13,
    text: /conversion|unit of measure .*(not|missing)/i,
    failure: data,
    nextStep: "Add the conversion to the material in SAP, and resubmit"
  },
  {
    row: 14,
    text: /^enter (a |the )?(storage location|batch)/i,
    failure: data,
    nextStep: "Report the lot or the storage location, or correct the component in SAP; then resubmit"
  },
  {
    row: 16,
    text: /batch .*does not exist|classification|expiration date|date of manufacture/i,
    failure: data,
    nextStep: "Create the batch in SAP with what it needs, or correct the lot; then resubmit"
  },
  {
    row: 15,
    text: /does not (exist|have)|not (found|defined|maintained)|no such/i,
    failure: data,
    nextStep: "Add to SAP what it doesn't know, or correct the report, and resubmit"
  },
  { row: 15, status: 404, failure: data, nextStep: "Add to SAP what it doesn't know, or correct the report" },
  {
    row: 17,
    code: /^(\/IWBEP\/CM_MGW_RT|\/IWFND\/CM_BEC)\/|^005056A509B1/,
    text: /property .*invalid|invalid value|too long|\bformat\b/i,
    failure: data,
    nextStep: "Mend the mapping that made this document (adapters/erp/sap), and resubmit"
  },
  {
    row: 18,
    status: 400,
    text: /unknown|unexpected|is not (allowed|valid)/i,
    failure: data,
    nextStep: "Mend the mapping that made this document (adapters/erp/sap), and resubmit"
  }
]

/** What SAP refuses and the table doesn't know: a person there reads its text. */
const other: Row = { row: 0, failure: business, nextStep: "Do in SAP what it asks for, and resubmit" }

/** A status decides only where a row names nothing else. */
const matches = (row: Row, status: number, { code, text }: SapMessage): boolean => {
  if (row.status !== undefined && row.status !== status) return false
  if (row.code === undefined && row.text === undefined) return row.status !== undefined
  return (row.code?.test(code) ?? false) || (row.text?.test(text) ?? false)
}

const found = ({ messages, status }: Refusal): { readonly row: Row; readonly message: SapMessage } => {
  const all = messages.length > 0 ? messages : [{ code: "", text: "", field: undefined }]
  for (const row of table) {
    const message = all.find((one) => matches(row, status, one))
    if (message !== undefined) return { row, message }
  }
  return { row: other, message: all[0] ?? { code: "", text: "", field: undefined } }
}

/** Which row of docs/sap.md; 0 where none. */
export const rowOf = (refusal: Refusal): number => found(refusal).row.row

export const classify = (refusal: Refusal): Failure => {
  const { message, row } = found(refusal)
  return new row.failure({
    field: message.field ?? "sap",
    value: message.code === "" ? `HTTP ${refusal.status}` : message.code,
    reason: message.text === "" ? `SAP answered ${refusal.status}` : message.text,
    nextStep: row.nextStep
  })
}

/** SAP has done this once: a RequestID that is outdated, an external confirmation that exists. Row 19, and no failure. */
export const isThereAlready = ({ messages }: Refusal): boolean =>
  messages.some(
    ({ code, text }) =>
      code === "/IWBEP/CM_COS/005" || /external(system)? ?confirmation .*(already )?exists/i.test(text)
  )

const openPeriod = /\b(\d{4})[/.](0[1-9]|1[0-2])\b/g

/** Fiscal periods are taken for months, as most plants have them; the day of another is refused once more. */
const firstDays = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(openPeriod), ([, year, month]) => `${year}-${month}-01`)

/** An order that somebody works on says nothing of its materials. */
export const obstacleOf = ({ _tag, reason, value }: ErpFailure): Obstacle | undefined => {
  if (_tag === "BusinessRuleViolation" && (closed.code.test(value) || closed.text.test(reason))) {
    return { is: "closedPeriod", opens: firstDays(reason) }
  }
  const isLock = _tag === "TechnicalFailure" && (value === "HTTP 423" || isProcessed.test(reason))
  return isLock && !/\border\b/i.test(reason) ? { is: "lockedItem" } : undefined
}

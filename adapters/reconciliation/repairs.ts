// The command that mends each kind of difference. Pure; used by `differences.ts` alone.
import { category, orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import type { DifferenceKind } from "../../core/message/reconciliation.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { CaseRow } from "../../projections/exceptions/queries.ts"

const decided = "--by NAME --reason TEXT"

/** A parked message is sent again as it was where something technical stopped it, else corrected. */
const resubmitMessage = ({ failureClass, id }: CaseRow): string =>
  `exceptions resubmit ${id} ${failureClass === "TechnicalFailure" ? "" : "--body FILE "}${decided}`

const resubmit = ({ id }: CaseRow): string => `exceptions resubmit ${id} ${decided}`
const waive = ({ id }: CaseRow): string => `exceptions waive ${id} ${decided}`

const whyOf = (stream: StreamName): string =>
  category(stream) === "order" ? `why order ${plantOf(stream)}/${orderOf(stream)}` : `why lot ${stream.slice(4)}`

interface Of {
  readonly id: string
  readonly plant: PlantId
  readonly stream: StreamName
  readonly kind: DifferenceKind
  readonly about: string
  /** All that its stream waits for. */
  readonly cases: ReadonlyArray<CaseRow>
}

/** What withholds the documents of a stream: a breach, else a message that can't be read. */
const relieve = ({ about, cases }: Of): string => {
  const breach = cases.find(({ subject }) => subject === "breach")
  if (breach !== undefined) return waive(breach)
  const message = cases.find(({ recorded, subject }) => subject === "message" && recorded !== true)
  return message === undefined ? `why posting ${about}` : resubmitMessage(message)
}

export const repairOf = (of: Of): string => {
  const { about, cases, id, kind, plant, stream } = of
  switch (kind) {
    case "parkedMessage": {
      const row = cases.find((row) => row.id === about)
      return row === undefined ? whyOf(stream) : resubmitMessage(row)
    }
    case "waitingDirective": {
      const row = cases.find(({ messageId, subject }) => subject === "directive" && messageId === about)
      return row === undefined ? whyOf(stream) : waive(row)
    }
    case "withheld":
      return relieve(of)
    case "failed": {
      const row = cases.find(({ posting }) => posting === about)
      return row === undefined ? `why posting ${about}` : resubmit(row)
    }
    case "deferred":
    case "shadowed":
      return `why posting ${about}`
    case "onItsWay":
    case "inDoubt":
      return `postings --plant ${plant} --wait`
    case "omitted":
    case "waived":
    case "gone":
    case "changed":
    case "postedByOthers":
    case "notInErp":
    case "stock":
      return `reconcile repair ${id} ${decided}`
  }
}

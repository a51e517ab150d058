// What documents confirm of operations, each or as a group. Pure; used by `judge.ts` and `stock.ts`.
import type { Document, OperationTotal } from "../../../core/port/erp.ts"

export const confirmedBy = (document: Document): ReadonlyArray<OperationTotal> => {
  const { amounts, final = false, kind, operationId, operations = [] } = document
  if (operationId === undefined || amounts === undefined) return operations
  return [{ operationId, amounts, final, ...(kind === "reversal" ? { takenBack: true } : {}) }]
}

// What a work center does and did, in plain lines, now or as it was known. Used by `equipment` and `replay equipment`.
import type { ServedOrder } from "../../core/plant/equipment.ts"
import type { EquipmentAsOf } from "../../projections/equipment/as-of.ts"

const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`)

const orderName = ({ operationId, orderId }: ServedOrder): string =>
  operationId === undefined ? orderId : `${orderId}, operation ${operationId}`

type Doing = Omit<EquipmentAsOf, "intervals" | "cleanBreaks">

export const doingNow = ({ lastCleanBreak, order, orderSince, reason, since, state }: Doing): ReadonlyArray<string> => [
  state === undefined ? "its state is unknown" : `${state} since ${since}${because(reason)}`,
  ...(order === undefined ? [] : [`on order ${orderName(order)} since ${orderSince}`]),
  ...(lastCleanBreak === undefined ? [] : [`last clean break ${lastCleanBreak.endedAt}`])
]

type Between = Pick<EquipmentAsOf, "intervals" | "cleanBreaks">

export const sevenDays = ({ cleanBreaks, intervals }: Between): ReadonlyArray<string> => [
  "The seven days before",
  ...intervals.map(({ from, order, reason, state, to }) => {
    const doing = `${state ?? "(nobody said)"}${because(reason)}`
    return `  ${from}${to === undefined ? " on" : ` to ${to}`}  ${doing}${order === undefined ? "" : `; order ${orderName(order)}`}`
  }),
  "",
  "Clean breaks",
  ...cleanBreaks.map(
    ({ by, endedAt, method, reference, startedAt }) =>
      `  ${startedAt} to ${endedAt}  ${method}, ${reference}${by === undefined ? "" : `, verified by ${by}`}`
  )
]

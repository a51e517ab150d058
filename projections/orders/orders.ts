// The view `orders`: what is known of each production order, and the exact sums of its reports per operation.
import type { Projection } from "../projection.ts"
import { apply } from "./apply.ts"
import { rowsOfHistories } from "./histories.ts"
import { tables } from "./tables.ts"

export const orders: Projection = {
  name: "orders",
  version: 7,
  tables,
  apply,
  ofHistories: { category: "order", rows: rowsOfHistories }
}

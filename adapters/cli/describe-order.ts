// An order's state in plain lines, now or as it was. Used by `order show` and `replay order`.
import type { OrderAsOf } from "../../projections/orders/as-of.ts"

const amounts = (quantities: OrderAsOf["operations"][number]["quantities"]): string =>
  quantities
    .map((sums) =>
      (["good", "scrap", "rework", "nonconforming", "labor", "machine"] as const)
        .filter((name) => sums[name] !== "0")
        .map((name) => `${name} ${sums[name]} ${sums.unit}`)
        .join(", ")
    )
    .filter((text) => text !== "")
    .join(", ") || "nothing reported"

const materialSums = [
  ["consumed", "consumed"],
  ["returned", "returned"],
  ["produced", "produced"],
  ["coProduced", "as a co-product"],
  ["byProduced", "as a by-product"]
] as const

/** What of the planned quantity came into stock as the product; undefined where it was planned in no such unit. */
const batchYield = ({ item, materials, quantity, unit }: OrderAsOf): string | undefined => {
  const made = materials.find((row) => row.item === item && row.unit === unit)
  if (made === undefined || made.produced === "0" || quantity === null || quantity === "0") return undefined
  return `batch yield ${((Number(made.produced) / Number(quantity)) * 100).toFixed(1)} %`
}

const materialLines = (order: OrderAsOf): ReadonlyArray<string> =>
  order.materials.map((row) => {
    const sums = materialSums.filter(([name]) => row[name] !== "0").map(([name, words]) => `${words} ${row[name]}`)
    const share = row.item === order.item && row.unit === order.unit ? batchYield(order) : undefined
    return `  ${row.item}: ${sums.join(", ")} ${row.unit}${share === undefined ? "" : `, ${share}`}`
  })

export const orderLines = (order: OrderAsOf): ReadonlyArray<string> => {
  const { item, orderId, plant, quantity, revision, status, unit } = order
  const flags = [
    ...(order.takenOverAt === null ? [] : [`taken over from the ERP ${order.takenOverAt}, where its history begins`]),
    ...(order.gap ? ["a gap is known"] : []),
    ...(order.parked > 0 ? [`${order.parked} messages parked`] : []),
    ...Object.values(order.breaches).map(({ breach, state }) => `breach ${breach} ${state}`)
  ]
  return [
    `Order ${orderId} at plant ${plant}: ${status}, ${quantity ?? "?"} ${unit ?? ""} of ${item ?? "an unknown item"}, revision ${revision ?? "none"}${flags.length === 0 ? "" : `; ${flags.join("; ")}`}`,
    "",
    ...order.operations.map(
      ({ final, operationId, planned, plannedUnit, quantities }) =>
        `  ${operationId}: planned ${planned ?? "?"} ${plannedUnit ?? ""}, ${amounts(quantities)}${final ? ", final" : ""}`
    ),
    ...materialLines(order)
  ]
}

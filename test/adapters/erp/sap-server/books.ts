// What the stand-in of SAP holds, in memory, and what a test or its planner does to it. Used inside
// test/adapters/erp/sap-server and by tests.
import type { Confirmation, GoodsDocument, GoodsItem, Order, Place, Product } from "./records.ts"
import { absent, refused, SapRefusal } from "./refusal.ts"

/** Thousandths: SAP's (13,3) exactly. */
export const milli = (text: string): bigint => {
  const [whole = "0", fraction = ""] = text.split(".")
  return BigInt(whole) * 1_000n + BigInt(fraction.padEnd(3, "0"))
}

export const textOfMilli = (value: bigint): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(4, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -3)}.${digits.slice(-3)}`
}

/** Which way each movement type goes; a transfer goes out here and in at its target. */
const ways: Readonly<Record<string, 1 | -1>> = {
  "101": 1,
  "102": -1,
  "261": -1,
  "262": 1,
  "309": -1,
  "310": 1,
  "311": -1,
  "312": 1,
  "333": -1,
  "334": 1,
  "501": 1,
  "502": -1,
  "531": 1,
  "532": -1,
  "551": -1,
  "552": 1,
  "601": -1,
  "602": 1,
  "651": 1,
  "652": -1,
  "701": 1,
  "702": -1
}

const wayOf = (type: string): 1 | -1 => {
  const way = ways[type]
  if (way === undefined) throw refused("M7/001", `Movement type ${type} is not defined`)
  return way
}

/** The type that takes one back: the next, of receipts and issues alike. */
export const reversalOf = (type: string): string => {
  const special: Readonly<Record<string, string>> = { "262": "261", "702": "701" }
  return special[type] ?? String(Number(type) + 1)
}

const keyOf = ({ batch, material, plant, storageLocation }: Place): string =>
  [plant, material, batch, storageLocation].join("|")

const placeOf = (key: string): Place => {
  const [plant = "", material = "", batch = "", storageLocation = ""] = key.split("|")
  return { plant, material, batch, storageLocation }
}

export const sapBooks = () => {
  const orders = new Map<string, Order>()
  const products = new Map<string, Product>()
  const stock = new Map<string, bigint>()
  const blocked = new Map<string, bigint>()
  const batches = new Set<string>()
  const confirmations: Array<Confirmation> = []
  const documents: Array<GoodsDocument> = []
  const closedUntil = new Map<string, string>()
  const finalIsLast = new Set<string>()
  const failing = new Set<string>()
  let numbers = 0
  let lastStamp = Date.now() - 86_400_000

  /** Of yesterday, a second later each time: an order's has no more than its second. */
  const stamp = (): number => {
    lastStamp += 1_000
    return lastStamp
  }

  const productOf = (number: string): Product => {
    const product = products.get(number)
    if (product === undefined) throw refused("M3/305", `Material ${number} does not exist`)
    return product
  }

  const orderOf = (number: string): Order => {
    const order = orders.get(number)
    if (order === undefined) throw refused("CO/469", `Order ${number} does not exist`)
    return order
  }

  const changes = (items: ReadonlyArray<GoodsItem>): ReadonlyArray<Place & { readonly by: bigint }> =>
    items
      .filter(({ automatic }) => !automatic)
      .flatMap((item) => {
        const by = BigInt(wayOf(item.type)) * milli(item.quantity)
        const { target } = item
        return target === undefined
          ? [{ ...item, by }]
          : [
              { ...item, by },
              { ...target, plant: item.plant, by: -by }
            ]
      })

  const book = (items: ReadonlyArray<GoodsItem>): void => {
    for (const change of changes(items)) {
      const { batch, by, material, plant } = change
      if (by > 0n && batch !== "") batches.add([plant, material, batch].join("|"))
      const left = (stock.get(keyOf(change)) ?? 0n) + by
      if (left === 0n) stock.delete(keyOf(change))
      else stock.set(keyOf(change), left)
    }
  }

  return {
    orders,
    products,
    confirmations,
    documents,
    /** Materials whose goods movements fail while their confirmation is saved. */
    failing,
    finalIsLast,
    nextNumber: (): number => ++numbers,
    stamp,
    productOf,
    orderOf,

    checkOpen: (plant: string, day: string): void => {
      const until = closedUntil.get(plant)
      if (until !== undefined && day <= until) {
        throw refused("M7/053", `Posting only possible in periods 2026/12 and 2026/11 in company code ${plant}`)
      }
    },

    checkNotOpenElsewhere: (order: Order): void => {
      if (order.lockedBy !== undefined) {
        throw new SapRefusal(
          423,
          "M3/024",
          `Order ${order.number} is already being processed by user ${order.lockedBy}`
        )
      }
    },

    checkStatus: (order: Order): void => {
      const { closed, deleted, number, released, technicallyCompleted } = order
      const status = deleted ? "DLFL" : closed ? "CLSD" : technicallyCompleted ? "TECO" : released ? "" : "CRTD"
      if (status !== "") throw refused("BS/007", `System status ${status} is active (ORD ${number})`)
    },

    /** Before anything of it is booked: a lot that isn't there, or less of it than is taken. */
    checkStock: (items: ReadonlyArray<GoodsItem>): void => {
      for (const { batch, by, material, plant } of changes(items)) {
        const needsBatch = productOf(material).batches
        if (needsBatch && batch === "") throw refused("M7/018", "Enter Batch")
        if (!needsBatch && batch !== "") throw refused("M7/019", `Material ${material} is not valid with a batch`)
        if (by < 0n && needsBatch && !batches.has([plant, material, batch].join("|"))) {
          throw refused("M7/042", `Batch ${batch} of material ${material} does not exist in plant ${plant}`)
        }
      }
      const sums = new Map<string, bigint>()
      for (const change of changes(items)) {
        const key = keyOf(change)
        sums.set(key, (sums.get(key) ?? 0n) + change.by)
      }
      for (const [key, by] of sums) {
        const left = (stock.get(key) ?? 0n) + by
        if (by < 0n && left < 0n)
          throw refused("M7/021", `Deficit of SL Unrestricted-use ${textOfMilli(-left)} : ${key}`)
      }
    },

    /** Into the books, as a document. */
    book: (document: Omit<GoodsDocument, "number" | "year" | "cancelledBy" | "enteredAt">): GoodsDocument => {
      book(document.items)
      const stored: GoodsDocument = {
        ...document,
        number: String(4_900_000_000 + ++numbers),
        year: document.postingDay.slice(0, 4),
        cancelledBy: undefined,
        enteredAt: stamp()
      }
      documents.push(stored)
      return stored
    },

    /** Every place's stock by type: unrestricted, and blocked. */
    stockLines: () =>
      [
        ...[...stock].map(([key, value]) => ({ key, value, type: "01" })),
        ...[...blocked].map(([key, value]) => ({ key, value, type: "07" }))
      ].map(({ key, type, value }) => {
        const place = placeOf(key)
        return { place, type, quantity: textOfMilli(value), unit: products.get(place.material)?.unit ?? "" }
      }),

    /** Of a plant: `MATERIAL/BATCH/LOCATION` → quantity. */
    stockOf: (plant: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        [...stock]
          .filter(([key]) => key.startsWith(`${plant}|`))
          .map(([key, value]): [string, string] => [key.split("|").slice(1).join("/"), textOfMilli(value)])
          .sort(([left], [right]) => (left < right ? -1 : 1))
      ),

    confirmationAt: (group: string, count: string): Confirmation => {
      const found = confirmations.find((one) => one.group === group && one.count === count)
      if (found === undefined) throw absent()
      return found
    },

    documentAt: (number: string, year: string): GoodsDocument => {
      const found = documents.find((one) => one.number === number && one.year === year)
      if (found === undefined) throw absent()
      return found
    },

    // What people do in SAP itself.
    closePeriod: (plant: string, day: string): void => void closedUntil.set(plant, day),
    openPeriods: (plant: string): void => void closedUntil.delete(plant),

    addProduct: (number: string, unit: string, batched: boolean, description = number): void => {
      const there = products.get(number)
      if (there === undefined) {
        products.set(number, { number, unit, batches: batched, description, deleted: false, changedAt: stamp() })
      } else {
        there.description = description
        there.changedAt = stamp()
      }
    },

    addOrder: (order: Pick<Order, "number" | "plant" | "material" | "quantity" | "unit"> & Partial<Order>): Order => {
      const made: Order = {
        operations: [
          { number: "0010", workCenter: "ASSEMBLY" },
          { number: "0020", workCenter: "PACKING" }
        ],
        coProducts: [],
        components: [],
        released: true,
        technicallyCompleted: false,
        closed: false,
        deleted: false,
        lockedBy: undefined,
        takenOver: 0,
        changedAt: stamp(),
        ...order
      }
      orders.set(made.number, made)
      return made
    },

    changeOrder: (number: string, change: (order: Order) => void): void => {
      const order = orderOf(number)
      change(order)
      order.changedAt = stamp()
    },

    /** A count. */
    addStock: (place: Place, quantity: string): void => {
      stock.set(keyOf(place), (stock.get(keyOf(place)) ?? 0n) + milli(quantity))
      if (place.batch !== "") batches.add([place.plant, place.material, place.batch].join("|"))
    },

    /** Quality's decision: it is there, and not to be taken. */
    addBlockedStock: (place: Place, quantity: string): void => void blocked.set(keyOf(place), milli(quantity)),

    failedGoods: (): ReadonlyArray<Confirmation> => confirmations.filter(({ failed }) => failed.length > 0)
  }
}

export type SapBooks = ReturnType<typeof sapBooks>

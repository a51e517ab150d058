// The records of the stand-in of SAP. Used inside test/adapters/erp/sap-server and by tests.

export interface Component {
  readonly item: string
  readonly material: string
  readonly operation: string
  readonly quantity: string
  readonly unit: string
  readonly backflush: boolean
  /** From where SAP takes it by itself. */
  readonly batch?: string
}

export interface Order {
  readonly number: string
  readonly plant: string
  readonly material: string
  quantity: string
  readonly unit: string
  readonly operations: ReadonlyArray<{ readonly number: string; readonly workCenter: string }>
  readonly coProducts: ReadonlyArray<string>
  readonly components: ReadonlyArray<Component>
  released: boolean
  technicallyCompleted: boolean
  closed: boolean
  deleted: boolean
  /** Who has it open. */
  lockedBy: string | undefined
  /** How often the MES said that it has taken it over. */
  takenOver: number
  /** Milliseconds since 1970. */
  changedAt: number
}

export interface Product {
  readonly number: string
  readonly unit: string
  readonly batches: boolean
  description: string
  deleted: boolean
  changedAt: number
}

export interface GoodsItem {
  readonly item: string
  readonly plant: string
  readonly material: string
  readonly batch: string
  readonly storageLocation: string
  readonly type: string
  readonly unit: string
  readonly quantity: string
  readonly order: string
  readonly orderItem: string
  readonly reservation: string
  readonly reservationItem: string
  readonly target: { readonly material: string; readonly batch: string; readonly storageLocation: string } | undefined
  readonly automatic: boolean
}

export interface GoodsDocument {
  readonly number: string
  readonly year: string
  readonly postingDay: string
  readonly reference: string
  readonly text: string
  readonly items: ReadonlyArray<GoodsItem>
  readonly cancels: GoodsDocument | undefined
  cancelledBy: GoodsDocument | undefined
  /** Milliseconds since 1970. */
  readonly enteredAt: number
}

export interface Confirmation {
  readonly group: string
  readonly count: string
  readonly order: Order
  readonly operation: string
  readonly postingDay: string
  readonly text: string
  readonly external: string
  readonly final: boolean
  readonly noGoods: boolean
  /** As they came in: quantities, units, activities, the reason. */
  readonly amounts: Readonly<Record<string, string>>
  /** Booked; what failed is in COGI until somebody repairs it. */
  booked: ReadonlyArray<GoodsDocument>
  failed: ReadonlyArray<GoodsItem>
  readonly cancels: Confirmation | undefined
  cancelledBy: Confirmation | undefined
  readonly enteredAt: number
}

export interface Place {
  readonly plant: string
  readonly material: string
  readonly batch: string
  readonly storageLocation: string
}

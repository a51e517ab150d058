// A random history such as the order and case actors could write, and what its sums must be, kept in plain maps by
// code that shares nothing with the projections. For their property tests.
import { Schema } from "effect"
import fc from "fast-check"
import type { Event as OrderEvent } from "../../actors/order/event.ts"
import type { EquipmentEvent } from "../../core/event/equipment.ts"
import type { PlantEvent } from "../../core/event/plant.ts"
import { DocumentOfOrder } from "../../core/event/posting.ts"
import {
  caseStream,
  equipmentStream,
  masterDataStream,
  orderOf,
  plantStream,
  type StreamName
} from "../../core/journal/stream.ts"
import { fromText } from "../../core/plant/decimal.ts"
import {
  CaseId,
  ItemId,
  MessageId,
  OperationId,
  OrderId,
  PostingKey,
  StorageLocationId,
  WorkCenterId
} from "../../core/plant/identifiers.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { at, failure, order, plant, quantity, subjectOf, Writer } from "./events.ts"

export interface Step {
  readonly order: number
  readonly kind: number
  readonly pick: number
  readonly tenths: number
}

export const steps = (maxLength: number) =>
  fc.array(
    fc.record({ order: fc.nat(5), kind: fc.nat(99), pick: fc.nat(1_000), tenths: fc.integer({ min: 1, max: 99 }) }),
    {
      minLength: 20,
      maxLength,
      size: "max"
    }
  )

interface Counted {
  readonly version: number
  readonly operation: string
  /** Column and unit → tenths. */
  readonly amounts: ReadonlyArray<readonly [column: string, unit: string, tenths: number]>
}

interface Asked {
  readonly key: PostingKey
  readonly version: number
  state: "Requested" | "Withheld" | "Deferred" | "Done"
  attempt: number
}

interface OrderModel {
  readonly stream: StreamName
  reports: Array<Counted>
  readonly asked: Array<Asked>
  readonly parked: Array<{ readonly messageId: string; readonly caseId: CaseId }>
  readonly breaches: Array<string>
  revision: number
}

const kindOf = (key: PostingKey): DocumentOfOrder["kind"] => decodeKind(key.split("/").at(-1))
const decodeKind = Schema.decodeUnknownSync(DocumentOfOrder.fields.kind)

const chosen = <Item>(items: ReadonlyArray<Item>, pick: number): Item | undefined =>
  items.length === 0 ? undefined : items[pick % items.length]

export class RandomHistory {
  readonly writer = new Writer()
  readonly #orders = new Map<number, OrderModel>()

  constructor(plan: ReadonlyArray<Step>) {
    for (const step of plan) this.#apply(step)
  }

  /** Per `order/operation/unit/column`, the sum in tenths; zero sums left out. */
  sums(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>()
    for (const { stream, reports } of this.#orders.values()) {
      for (const { operation, amounts } of reports) {
        for (const [column, unit, tenths] of amounts) {
          const key = `${orderOf(stream)}/${operation}/${unit}/${column}`
          sums.set(key, (sums.get(key) ?? 0) + tenths)
        }
      }
    }
    return sums
  }

  #model(index: number): OrderModel {
    const known = this.#orders.get(index)
    if (known !== undefined) return known
    const fresh = { stream: order(`o/${index}`), reports: [], asked: [], parked: [], breaches: [], revision: 0 }
    this.#orders.set(index, fresh)
    return fresh
  }

  #apply(step: Step): void {
    const model = this.#model(step.order)
    if (step.kind < 45) this.#report(model, step)
    else if (step.kind < 53) this.#takeBack(model, step)
    else if (step.kind < 75) this.#hearOfPosting(model, step)
    else if (step.kind < 85) this.#course(model, step)
    else if (step.kind < 93) this.#trouble(model, step)
    else if (step.kind < 96) this.#lead(model, step)
    else if (step.kind < 98) this.#publish(step)
    else this.#stop(step)
  }

  /** A step of its way to the MES, or how its plant wants that to be. */
  #lead(model: OrderModel, step: Step): void {
    const policy = { checks: [], acknowledgedWithinSeconds: step.tenths }
    const attempt = { revision: Math.max(1, model.revision), attempt: 1 }
    const events: ReadonlyArray<OrderEvent> = [
      { type: "ReleaseStarted", data: { revision: attempt.revision, policy } },
      { type: "ProductionOrderDispatched", data: { ...attempt, acknowledgedWithinSeconds: step.tenths } },
      { type: "ReleaseAcknowledged", data: { ...attempt, by: "answer" } },
      { type: "ReleaseReported", data: attempt },
      { type: "ReleaseCancelled", data: { ...attempt, because: "orderCancelled", withdraw: true } }
    ]
    const event = events[step.pick % (events.length + 1)]
    if (event !== undefined) return void this.#write(model, event, step)
    const about = { plantId: plant, reason: "As agreed", from: at(step.tenths) }
    const storageLocation = StorageLocationId.make(`tank/${step.order}`)
    const decision: PlantEvent =
      step.tenths % 2 === 0
        ? { type: "VesselDefined", data: { ...about, storageLocation, mixing: "mixed" } }
        : { type: "ReleasePolicySet", data: { ...about, policy } }
    this.writer.write(plantStream(plant), decision, { minute: step.pick })
  }

  /** One of a few items, as it was at some time: the one that changed last holds. */
  #publish(step: Step): void {
    const itemId = ItemId.make(`item/${step.order}`)
    const stream = masterDataStream(plant, { kind: "MaterialDefinition", id: itemId })
    const deleted = step.tenths % 4 === 0 ? ({ actionCode: "Delete" } as const) : {}
    const data = { itemId, unit: Unit.make("EA"), description: `Since ${step.pick}`, ...deleted }
    this.writer.write(stream, { type: "MaterialDefinitionPublished", data }, { minute: step.pick })
  }

  /** One of a few work centers, on one of several days; some of it is taken back, perhaps before it comes. */
  #stop(step: Step): void {
    const workCenterId = WorkCenterId.make(`lathe/${step.order}`)
    const minute = step.pick * 1_440
    const messageId = `stop-${step.order}-${step.tenths % 7}`
    const data = { workCenterId, reason: `Since ${step.pick}` }
    const event: EquipmentEvent =
      step.tenths % 3 === 0
        ? { type: "EquipmentReportReversed", data: { ...data, reverses: { messageId: MessageId.make(messageId) } } }
        : step.tenths % 3 === 1
          ? { type: "DowntimeStarted", data }
          : { type: "EquipmentUseStarted", data: { workCenterId, order: { orderId: OrderId.make(`o/${step.order}`) } } }
    this.writer.write(equipmentStream(plant, workCenterId, at(minute)), event, { minute, messageId })
  }

  #write(model: OrderModel, event: OrderEvent, step: Step): number {
    const sequence = step.pick % 7 === 0 ? { sequence: (step.pick % 11) + 1 } : {}
    return this.writer.write(model.stream, event, { minute: step.pick, ...sequence })
  }

  #ask(model: OrderModel, version: number, kind: string, posting: "requested" | "withheld"): void {
    const key = PostingKey.make(`${model.stream}/${version}/${kind}`)
    model.asked.push({ key, version, state: posting === "requested" ? "Requested" : "Withheld", attempt: 0 })
  }

  #report(model: OrderModel, step: Step): void {
    const operationId = OperationId.make(`op-${step.pick % 3}`)
    const about = { orderId: OrderId.make(orderOf(model.stream)), operationId }
    const posting = step.tenths % 5 === 0 ? "withheld" : "requested"
    const amount = (unit = "EA") => quantity(String(step.tenths / 10), unit)
    const events: ReadonlyArray<readonly [OrderEvent, Counted["amounts"]]> = [
      [{ type: "OperationStarted", data: { ...about, workCenterId: WorkCenterId.make(`lathe/${step.order}`) } }, []],
      [
        {
          type: "OperationConfirmed",
          data: { ...about, posting, yield: amount(), laborTime: amount("MIN"), final: step.tenths % 2 === 0 }
        },
        [
          ["good", "EA", step.tenths],
          ["labor", "MIN", step.tenths]
        ]
      ],
      [{ type: "LaborBooked", data: { ...about, posting, laborTime: amount("HUR") } }, [["labor", "HUR", step.tenths]]],
      [
        { type: "MachineTimeBooked", data: { ...about, posting, machineTime: amount("MIN") } },
        [["machine", "MIN", step.tenths]]
      ],
      [
        { type: "ScrapDeclared", data: { ...about, posting, scrap: amount(), scrapReason: "dent" } },
        [["scrap", "EA", step.tenths]]
      ],
      [
        { type: "ReworkDeclared", data: { ...about, posting, rework: amount("KGM") } },
        [["rework", "KGM", step.tenths]]
      ],
      [
        { type: "NonconformanceRaised", data: { ...about, nonconforming: amount() } },
        [["nonconforming", "EA", step.tenths]]
      ]
    ]
    const [event, amounts] = events[step.kind % events.length] ?? []
    if (event === undefined || amounts === undefined) return
    const version = this.#write(model, event, step)
    model.reports.push({ version, operation: operationId, amounts })
    if ("posting" in event.data && event.data.posting === posting) this.#ask(model, version, "confirmation", posting)
  }

  #takeBack(model: OrderModel, step: Step): void {
    const target = chosen(model.reports, step.pick)
    if (target === undefined) return
    const about = { orderId: OrderId.make(orderOf(model.stream)), posting: "requested", reason: "wrong" } as const
    const named = { messageId: MessageId.make("m") }
    model.reports = model.reports.filter((report) => report !== target)
    const asked = model.asked.some(({ version }) => version === target.version)
    if (step.kind % 2 === 0) {
      const data = { ...about, reverses: named, version: target.version }
      const version = this.#write(model, { type: "ReportReversed", data }, step)
      if (asked) this.#ask(model, version, "reversal", "requested")
      return
    }
    const operationId = OperationId.make(target.operation)
    const data = {
      ...about,
      operationId,
      corrects: named,
      version: target.version,
      yield: quantity(String(step.tenths / 10))
    }
    const version = this.#write(model, { type: "ReportCorrected", data }, step)
    if (asked) this.#ask(model, version, "reversal", "requested")
    this.#ask(model, version, "confirmation", "requested")
    model.reports.push({ version, operation: target.operation, amounts: [["good", "EA", step.tenths]] })
  }

  #hearOfPosting(model: OrderModel, step: Step): void {
    const open = model.asked.filter(({ state }) => state !== "Done")
    const asked = chosen(open, step.pick)
    if (asked === undefined) return
    const about = { posting: asked.key, attempt: asked.attempt + 1 }
    if (asked.state === "Withheld") {
      this.#write(model, { type: "PostingsFreed", data: { versions: [asked.version] } }, step)
      for (const each of open) if (each.version === asked.version && each.state === "Withheld") each.state = "Requested"
    } else if (asked.state === "Deferred") {
      this.#write(model, { type: "PostingResumed", data: { ...about, attempt: asked.attempt } }, step)
      asked.state = "Requested"
    } else if (step.tenths > 90 && !asked.key.endsWith("/group")) {
      const members = open.filter(({ key, state }) => state === "Requested" && !key.endsWith("/group"))
      const documents = members.map(({ key, version }) => ({ version, kind: kindOf(key) }))
      const version = this.#write(model, { type: "PostingsGrouped", data: { documents } }, step)
      for (const member of members) member.state = "Done"
      this.#ask(model, version, "group", "requested")
    } else if (step.tenths < 20) {
      asked.attempt++
      const data = { ...about, until: 1_800_000_000_000 + step.pick, class: "TechnicalFailure", reason: "down" }
      this.#write(model, { type: "PostingDeferred", data }, step)
      asked.state = "Deferred"
    } else if (step.tenths < 24) {
      asked.attempt++
      const data = { ...about, from: "2026-11-23", to: `2027-01-${10 + (step.pick % 20)}`, reason: "closed" }
      this.#write(model, { type: "PostingDateMoved", data }, step)
    } else if (step.tenths < 30) {
      this.#write(model, { type: "PostingInDoubt", data: { ...about, reason: "timeout" } }, step)
    } else if (step.tenths < 40) {
      this.#write(model, { type: "PostingAccepted", data: { ...about, document: "4711" } }, step)
    } else {
      asked.state = "Done"
      const event: OrderEvent =
        step.tenths < 50
          ? { type: "PostingFailed", data: { ...about, class: "BusinessRuleViolation", code: "locked", reason: "no" } }
          : { type: "PostingVerified", data: { ...about, document: `d-${asked.key}` } }
      this.#write(model, event, step)
    }
  }

  #course(model: OrderModel, step: Step): void {
    const about = { orderId: OrderId.make(orderOf(model.stream)) }
    const operations = ["op-1", "op-2", "op-9"]
      .slice(0, step.pick % 4)
      .map((id) => ({ operationId: OperationId.make(id), quantity: quantity(String(step.tenths)) }))
    const plan = { ...about, itemId: ItemId.make("item"), quantity: quantity(String(step.tenths / 10)), operations }
    const revision = (step.pick % 3) + 1
    const events: ReadonlyArray<OrderEvent> = [
      { type: "ProductionOrderReleased", data: { ...plan, revision: 1 } },
      { type: "ProductionOrderChanged", data: { ...plan, revision } },
      { type: "ProductionOrderHeld", data: about },
      { type: "ProductionOrderRestarted", data: about },
      { type: "ProductionOrderCancelled", data: about },
      { type: "ProductionOrderTechnicallyCompleted", data: about },
      { type: "ProductionOrderClosed", data: about }
    ]
    const event = events[step.pick % events.length]
    if (event !== undefined) this.#write(model, event, step)
  }

  #trouble(model: OrderModel, step: Step): void {
    const id = CaseId.make(String(this.writer.events.length).padStart(32, "0"))
    const messageId = `bad-${this.writer.events.length}`
    const subject = subjectOf(messageId)
    const parked = chosen(model.parked, step.pick)
    const breach = chosen(model.breaches, step.pick)
    if (step.kind < 89) {
      this.writer.park(model.stream, messageId)
      model.parked.push({ messageId, caseId: id })
      const opened = { subject, failure, ownerRole: "steward", waiting: model.stream } as const
      this.writer.write(caseStream(id), { type: "CaseOpened", data: opened }, { queue: "reaction/open-case" })
    } else if (step.kind < 92 && parked !== undefined) {
      model.parked.splice(model.parked.indexOf(parked), 1)
      const { message } = subjectOf(parked.messageId)
      const data = { message, caseId: parked.caseId, resolution: "waived" } as const
      this.#write(model, { type: "ParkedMessageSettled", data }, step)
      const closed = caseStream(parked.caseId)
      this.writer.write(closed, { type: "CaseWaived", data: { reason: "known" } }, { part: 0 })
      this.writer.write(closed, { type: "CaseClosed", data: { resolution: "waived", subject } }, { part: 1 })
    } else if (step.kind < 94) {
      const data = { breach: `overproduction/${id}`, kind: "overproduction", operationId: "op-1", since: 1 } as const
      this.writer.write(
        model.stream,
        { type: "BreachFound", data: { ...data, unit: quantity("1").unit, allowed: fromText("1") } },
        { part: 1 }
      )
      model.breaches.push(data.breach)
    } else if (step.kind < 96 && breach !== undefined) {
      model.breaches.splice(model.breaches.indexOf(breach), 1)
      const event: OrderEvent =
        step.pick % 2 === 0
          ? { type: "BreachWithdrawn", data: { breach } }
          : { type: "BreachWaived", data: { breach, caseId: id } }
      this.#write(model, event, step)
    } else if (step.kind < 98) {
      this.writer.write(model.stream, { type: "DuplicateSuspected", data: { failure, subject } }, { messageId })
    } else {
      this.writer.write(model.stream, { type: "MessageNoted", data: { type: "ReportReversed", reason: "before" } })
    }
  }
}

// One delivery's frames as they stand in what was read from the socket. For adapters/rabbitmq only.
// They are decoded when the delivery is taken: thousands wait for that at full load, and a collector that has to copy
// what each is made of, once or twice, costs more than decoding it does.
import { bodySize, deliverMethod, properties, type RawDelivery } from "./raw-delivery.ts"

/** Filled frame by frame, in the order of the protocol: method, content header, body. */
export class DeliveryFrames {
  readonly #method: Buffer
  readonly #methodAt: number
  #header: Buffer | undefined
  #headerAt = 0
  #headerEnd = 0
  #missing = Number.POSITIVE_INFINITY
  #body: Buffer | undefined
  #bodyAt = 0
  #bodyEnd = 0
  #others: Array<Buffer> | undefined

  /** Positions are those of the frames' payloads. */
  constructor(method: Buffer, at: number) {
    this.#method = method
    this.#methodAt = at
  }

  addHeader(header: Buffer, at: number, end: number): void {
    this.#header = header
    this.#headerAt = at
    this.#headerEnd = end
    this.#missing = bodySize(header, at)
  }

  addBody(body: Buffer, at: number, end: number): void {
    this.#missing -= end - at
    if (this.#body === undefined) {
      this.#body = body
      this.#bodyAt = at
      this.#bodyEnd = end
    } else {
      this.#others ??= []
      this.#others.push(body.subarray(at, end))
    }
  }

  get isWhole(): boolean {
    return this.#missing <= 0
  }

  decode(): RawDelivery {
    const first = this.#body?.subarray(this.#bodyAt, this.#bodyEnd) ?? Buffer.alloc(0)
    return {
      ...deliverMethod(this.#method, this.#methodAt),
      properties: this.#header === undefined ? {} : properties(this.#header, this.#headerAt, this.#headerEnd),
      body: this.#others === undefined ? first : Buffer.concat([first, ...this.#others])
    }
  }
}

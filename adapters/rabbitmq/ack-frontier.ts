// Which deliveries of one channel can be acknowledged, and how. Pure bookkeeping; for adapters/rabbitmq only.

export interface AckFrontier {
  /** These positions are durable; any order, each counts once. */
  readonly mark: (positions: ReadonlyArray<number>) => void
  /** Everything below it is durable. */
  readonly position: () => number
  /** Durable positions beyond the frontier that nothing has acknowledged. */
  readonly waiting: () => number
  /** The position to acknowledge `multiple`, told once; undefined where there is nothing new. */
  readonly multiple: () => number | undefined
  /** The positions beyond the frontier to acknowledge one by one, told once. */
  readonly stragglers: () => ReadonlyArray<number>
}

/**
 * `multiple` never tells a position that was acknowledged singly: RabbitMQ no longer knows its tag then and closes the
 * channel (PRECONDITION_FAILED, unknown delivery tag).
 */
export const makeAckFrontier = (): AckFrontier => {
  let next = 0
  let acknowledgeable: number | undefined
  const beyond = new Set<number>()
  const singly = new Set<number>()

  const advance = (): void => {
    for (;;) {
      if (beyond.delete(next)) acknowledgeable = next
      else if (!singly.delete(next)) return
      next++
    }
  }

  return {
    mark: (positions) => {
      for (const position of positions) {
        if (position >= next && !singly.has(position)) beyond.add(position)
        if (position === next) advance()
      }
    },
    position: () => next,
    waiting: () => beyond.size,
    multiple: () => {
      const position = acknowledgeable
      acknowledgeable = undefined
      return position
    },
    stragglers: () => {
      const positions = [...beyond].sort((left, right) => left - right)
      for (const position of positions) singly.add(position)
      beyond.clear()
      return positions
    }
  }
}

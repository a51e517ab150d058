// All records of a set that fit a filter, page after page. Used inside adapters/erp/sap.
import { Effect, Option, type Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import type { Ask } from "./ask.ts"
import { beyond, options } from "./query.ts"

const pageSize = 500

interface Question<A> {
  /** Service and set. */
  readonly path: string
  readonly filter: string
  readonly expand?: string
  readonly decoder: Schema.Decoder<{ readonly d: { readonly results: ReadonlyArray<A> } }>
  /**
   * Fields by which a record is one, in the order in which they are asked for. By place and not by count: a record that is
   * added meanwhile would move all others.
   */
  readonly place: ReadonlyArray<readonly [name: string, of: (record: A) => string]>
}

export const allOf = <A>(
  ask: Ask,
  { decoder, expand, filter, path, place }: Question<A>
): Effect.Effect<ReadonlyArray<A>, TechnicalFailure> =>
  Effect.gen(function* () {
    const all: Array<A> = []
    while (true) {
      const last = all.at(-1)
      const query = options({
        $filter: last === undefined ? filter : `${filter} and ${beyond(place.map(([name, of]) => [name, of(last)]))}`,
        ...(expand === undefined ? {} : { $expand: expand }),
        $orderby: place.map(([name]) => name).join(","),
        $top: String(pageSize)
      })
      const found = Option.getOrUndefined(yield* ask(decoder, path + query))?.d.results ?? []
      all.push(...found)
      if (found.length < pageSize) return all
    }
  })

// Two versions' outcomes held against each other, stream by stream as they come, so that memory holds one stream of each
// and the differences found. Pure but for reading them; used by `what-if.ts`.
import { type Item, Kind, type Outcome, type Played } from "./protocol.ts"

export interface Sample {
  readonly stream: string
  readonly key: string
  readonly message?: string
  readonly baseline?: Item["content"]
  readonly candidate?: Item["content"]
}

/** What differs in one way: the candidate lacks it, has it besides, or has it otherwise, and in which fields. */
export interface Difference {
  readonly kind: Kind
  readonly how: "missing" | "added" | "changed"
  readonly type: string
  readonly fields: ReadonlyArray<string>
  count: number
  readonly samples: Array<Sample>
}

export interface Compared {
  readonly baseline: Played["played"]
  readonly candidate: Played["played"]
  /** Things on either side that are the same on both. */
  readonly equal: number
  readonly differences: ReadonlyArray<Difference>
}

type Content = Item["content"]

const isObject = (content: Content | undefined): content is { readonly [key: string]: Content } =>
  typeof content === "object" && content !== null && !Array.isArray(content)

/** Paths of what isn't the same; places in a list all count as one. */
export const fieldsThatDiffer = (
  left: Content | undefined,
  right: Content | undefined,
  path = ""
): ReadonlyArray<string> => {
  if (JSON.stringify(left) === JSON.stringify(right)) return []
  const into = (name: string) => (path === "" ? name : `${path}.${name}`)
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return [...new Set(left.flatMap((each, index) => fieldsThatDiffer(each, right[index], `${path}[]`)))].sort()
  }
  if (isObject(left) && isObject(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)])
    return [...names].flatMap((name) => fieldsThatDiffer(left[name], right[name], into(name))).sort()
  }
  return [path]
}

/** Of two contents, what isn't the same: of objects only the fields that differ. */
export const parting = (left: Content, right: Content): readonly [Content, Content] => {
  if (!isObject(left) || !isObject(right)) return [left, right]
  const of = (one: typeof left, other: typeof left): Content =>
    Object.fromEntries(
      Object.entries(one)
        .filter(([name, inner]) => JSON.stringify(inner) !== JSON.stringify(other[name]))
        .map(([name, inner]) => [name, parting(inner, other[name] ?? null)[0]])
    )
  return [of(left, right), of(right, left)]
}

/** From cause to effect. */
const rank = (kind: Kind): number => Kind.literals.indexOf(kind)

class Found {
  readonly #groups = new Map<string, Difference>()
  readonly #samples: number
  equal = 0

  constructor(samples: number) {
    this.#samples = samples
  }

  get differences(): ReadonlyArray<Difference> {
    return [...this.#groups]
      .sort(([left, { kind }], [right, other]) => rank(kind) - rank(other.kind) || (left < right ? -1 : 1))
      .map(([, difference]) => difference)
  }

  #add(item: Item, how: Difference["how"], fields: ReadonlyArray<string>, sample: Sample): void {
    const { kind, type } = item
    const name = JSON.stringify([kind, how, type, fields])
    const group = this.#groups.get(name) ?? { kind, how, type, fields, count: 0, samples: [] }
    this.#groups.set(name, group)
    group.count++
    if (group.samples.length < this.#samples) group.samples.push(sample)
  }

  stream(stream: string, baseline: ReadonlyArray<Item>, candidate: ReadonlyArray<Item>): void {
    const nameOf = ({ key, kind }: Item) => `${kind} ${key}`
    // What came twice and can't be addressed has one name twice.
    const others = Map.groupBy(candidate, nameOf)
    const about = ({ key, message }: Item) => ({ stream, key, ...(message === undefined ? {} : { message }) })
    for (const item of baseline) {
      const other = others.get(nameOf(item))?.shift()
      if (other === undefined) {
        this.#add(item, "missing", [], { ...about(item), baseline: item.content })
        continue
      }
      const fields = fieldsThatDiffer(item.content, other.content)
      if (fields.length === 0) this.equal++
      else this.#add(item, "changed", fields, { ...about(item), baseline: item.content, candidate: other.content })
    }
    for (const item of [...others.values()].flat())
      this.#add(item, "added", [], { ...about(item), candidate: item.content })
  }
}

type Outcomes = AsyncGenerator<Outcome, Played["played"]>

/** Both come by stream, in the order of their names' bytes. */
export const compare = async (baseline: Outcomes, candidate: Outcomes, samples: number): Promise<Compared> => {
  const found = new Found(samples)
  let [left, right] = await Promise.all([baseline.next(), candidate.next()])
  while (left.done !== true || right.done !== true) {
    const order =
      left.done === true
        ? 1
        : right.done === true
          ? -1
          : Buffer.compare(Buffer.from(left.value.stream), Buffer.from(right.value.stream))
    const ofLeft = left.done === true || order > 0 ? undefined : left.value
    const ofRight = right.done === true || order < 0 ? undefined : right.value
    found.stream(ofLeft?.stream ?? ofRight?.stream ?? "", ofLeft?.items ?? [], ofRight?.items ?? [])
    ;[left, right] = await Promise.all([
      ofLeft === undefined ? left : baseline.next(),
      ofRight === undefined ? right : candidate.next()
    ])
  }
  return { baseline: left.value, candidate: right.value, equal: found.equal, differences: found.differences }
}

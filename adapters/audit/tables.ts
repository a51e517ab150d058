// What the core keeps of its checkpoints: each note, and where each partition's tree goes on. Used by adapters/audit and
// the composition root. Nothing here is believed by whoever verifies: that is what the second place is for.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { RightEdge } from "../../core/journal/merkle.ts"

const checkpointTable = `
create table if not exists audit_checkpoint (
  number int4 primary key,
  note text not null,
  -- The hashes of the events that are new in it, until they have left the machine.
  hashes bytea,
  published_to text
)`

const edgeTable = `
create table if not exists audit_edge (
  partition int4 primary key,
  size int8 not null,
  hash bytea not null,
  -- Roots of the full subtrees, largest first, 32 bytes each.
  nodes bytea not null
)`

export const createAuditTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(checkpointTable)
  yield* sql.unsafe(edgeTable)
})

const Bytes = Schema.Uint8Array

const LastStored = Schema.Struct({
  number: Schema.Int,
  note: Schema.String,
  /** Null where it hasn't left the machine. */
  publishedTo: Schema.NullOr(Schema.String)
})
const decodeLast = Schema.decodeUnknownEffect(Schema.Array(LastStored))

export const lastStored = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select number, note, published_to as "publishedTo" from audit_checkpoint order by number desc limit 1`
  return (yield* decodeLast(rows).pipe(Effect.orDie))[0]
})

const Unpublished = Schema.Struct({ number: Schema.Int, note: Schema.String, hashes: Bytes })
const decodeUnpublished = Schema.decodeUnknownEffect(Schema.Array(Unpublished))

/** The oldest that hasn't left the machine. */
export const firstUnpublished = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select number, note, hashes from audit_checkpoint where published_to is null order by number limit 1`
  return (yield* decodeUnpublished(rows).pipe(Effect.orDie))[0]
})

const Note = Schema.Struct({ number: Schema.Int, note: Schema.String })
const decodeNotes = Schema.decodeUnknownEffect(Schema.Array(Note))

/** All from a number on, oldest first. */
export const notesFrom = Effect.fnUntraced(function* (number: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select number, note from audit_checkpoint where number >= ${number} order by number`
  return yield* decodeNotes(rows).pipe(Effect.orDie)
})

/** Those up to a number that two keys signed, oldest first: each names the key that counts from then on. */
export const rotationNotes = Effect.fnUntraced(function* (upTo: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select number, note from audit_checkpoint
    where number <= ${upTo} and note like '%' || chr(10) || '— %' || chr(10) || '— %' order by number`
  return yield* decodeNotes(rows).pipe(Effect.orDie)
})

export const storeCheckpoint = Effect.fnUntraced(function* (number: number, note: string, hashes: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`insert into audit_checkpoint (number, note, hashes) values (${number}, ${note}, ${hashes})`
})

export const markPublished = Effect.fnUntraced(function* (number: number, place: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`update audit_checkpoint set published_to = ${place}, hashes = null where number = ${number}`
})

/** How far a partition's tree has grown: its right edge, and the chain's hash there. */
export interface Edge {
  readonly edge: RightEdge
  readonly hash: Uint8Array
}

const StoredEdge = Schema.Struct({ partition: Schema.Int, size: Schema.NumberFromString, hash: Bytes, nodes: Bytes })
const decodeEdges = Schema.decodeUnknownEffect(Schema.Array(StoredEdge))

const cut = (nodes: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from({ length: nodes.length / 32 }, (_, index) => nodes.slice(index * 32, index * 32 + 32))

export const storedEdges = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* decodeEdges(yield* sql`select partition, size::text, hash, nodes from audit_edge`).pipe(
    Effect.orDie
  )
  return new Map(
    rows.map(({ hash, nodes, partition, size }) => [partition, { edge: new RightEdge(size, cut(nodes)), hash }])
  )
})

export const storeEdges = Effect.fnUntraced(function* (edges: ReadonlyMap<number, Edge>) {
  const sql = yield* SqlClient.SqlClient
  const rows = Array.from(edges, ([partition, { edge, hash }]) => ({
    ...{ partition, size: edge.size },
    hash: Buffer.from(hash).toString("hex"),
    nodes: Buffer.concat(edge.nodes).toString("hex")
  }))
  yield* sql`
    insert into audit_edge (partition, size, hash, nodes)
    select partition, size, decode(hash, 'hex'), decode(nodes, 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (partition int4, size int8, hash text, nodes text)
    on conflict (partition) do update set size = excluded.size, hash = excluded.hash, nodes = excluded.nodes`
})

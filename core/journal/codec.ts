// MessagePack, in and out: self-describing, no shared dictionaries, readable without this code. Anyone may import it.
import { Packr } from "msgpackr"

/** Plain maps (`useRecords: false`), so that any MessagePack reader in twenty years can read a row. */
const packr = new Packr({ useRecords: false, mapsAsObjects: true })

export const encode = (value: unknown): Uint8Array => packr.pack(value)

/**
 * What was packed. For bytes that we wrote: they were valid by Schema before they were packed and the hash chain
 * proves that they are the same, so nothing is checked again here. Anything from outside goes through a Schema.
 */
export const decode = <A>(bytes: Uint8Array): A => packr.unpack(bytes)

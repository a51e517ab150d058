// The journal in memory keeps the journal's contract.
import { memoryJournal } from "../../adapters/memory/journal.ts"
import { journalTck, partitions } from "./tck.ts"

journalTck("The journal in memory", () => memoryJournal(partitions), { readsInTurn: false, histories: 200 })

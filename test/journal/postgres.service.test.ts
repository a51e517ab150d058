// The journal on Postgres keeps the journal's contract.
import { temporaryJournal } from "../harness/database.ts"
import { journalTck, partitions } from "./tck.ts"

journalTck("The journal on Postgres", () => temporaryJournal({ partitions }), { readsInTurn: true, histories: 40 })

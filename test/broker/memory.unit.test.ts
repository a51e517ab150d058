// The in-memory broker passes the contract kit.
import * as MemoryBroker from "../../adapters/memory/broker.ts"
import { brokerContract } from "./tck.ts"

brokerContract("MemoryBroker", MemoryBroker.layer)

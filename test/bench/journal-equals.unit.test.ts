// A bench prints no number unless its journal is exactly what was sent, on an unbroken chain.
import { Effect, Result } from "effect"
import { describe, expect, it } from "vitest"
import { layer as memoryJournal } from "../../adapters/memory/journal.ts"
import { type Sent, verifiedRows } from "../../bench/journal-equals.ts"
import { encode } from "../../core/journal/codec.ts"
import type { EventRow } from "../../core/journal/event.ts"
import { eventHash, genesis } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"

// All reactions there are. A new one is a file in this folder and a line here.
import { cases } from "./cases.ts"
import { decisions } from "./decisions.ts"
import { lots } from "./lots.ts"
import { resubmissions, settlements } from "./resubmissions.ts"

export const reactions = [cases, decisions, resubmissions, settlements, lots] as const

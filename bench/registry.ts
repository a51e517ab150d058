// The bench's table of contents: name, what it tells, where it is. Used by `main.ts`.

import { runnable } from "./scenario.ts"

/** Loaded only when it runs: the database and the broker must be known by then. */
export const scenarios = {
  outage: {
    tells: "documents a second that the poster sends and reads back once an ERP that was down is up again",
    load: async () => runnable((await import("./outage.ts")).outage)
  },
  recall: {
    tells: "how long a full recall of 13,000 and of 100,000 lots takes among 5 million edges, beside the ids alone",
    load: async () => runnable((await import("./recall.ts")).recall)
  },
  replay: {
    tells: "events a second from which the views genealogy and orders are rebuilt, beside reading alone and a peer",
    load: async () => runnable((await import("./replay.ts")).replay)
  },
  throughput: {
    tells: "order messages a second from a filled queue to the journal, beside limits and peers",
    load: async () => runnable((await import("./throughput.ts")).throughput)
  }
} as const

/** Who reacts to whom: every flow from one context to another, on one screen. Source: KER-17. */
import type { Subscriber } from "./shared/outbox.ts"
import { certificatesSubscriber } from "./certificates/index.ts"
import { analyticsSubscriber, completionsSubscriber } from "./learning/index.ts"
import { webhooksSubscriber } from "./webhooks/index.ts"

/** The store must know them when events are stored. */
export const subscribers: ReadonlyArray<Subscriber> = [
  completionsSubscriber,
  analyticsSubscriber,
  certificatesSubscriber,
  webhooksSubscriber
]

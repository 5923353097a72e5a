/** Appending events and reading lists, for the contracts of the outbox. */
import { Effect, Option } from "effect"
import { anonymous, CurrentActor } from "../src/shared/actor.ts"
import type { NewEvent, StoredEvent } from "../src/shared/event.ts"
import { type EventFilter, Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"

/** Stores events in a transaction of their own. */
export const append = (events: ReadonlyArray<NewEvent>, actor = anonymous) =>
  Effect.gen(function* () {
    const { run } = yield* Transaction
    const outbox = yield* Outbox
    yield* Effect.provideService(run(outbox.append(events)), CurrentActor, actor)
  })

export const numbersOf = (events: ReadonlyArray<StoredEvent>) => events.map(({ payload }) => payload)

export const everyEvent = (filter: EventFilter) =>
  Outbox.use((outbox) => outbox.events(filter, Option.none(), 1000))

/** Every page of a list up to the empty one. */
export const pagesOf = Effect.fnUntraced(function* <A, R>(
  fetch: (after: Option.Option<ReadonlyArray<string>>) => Effect.Effect<ReadonlyArray<A>, never, R>,
  keyOf: (item: A) => ReadonlyArray<string>
) {
  const pages: Array<ReadonlyArray<A>> = []
  let after: Option.Option<ReadonlyArray<string>> = Option.none()
  for (;;) {
    const page = yield* fetch(after)
    pages.push(page)
    const last = page.at(-1)
    if (last === undefined) return pages
    after = Option.some(keyOf(last))
  }
})

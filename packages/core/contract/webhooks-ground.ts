/** What the contracts of webhooks stand on: a receiver that answers as it is told, and the road from event to request. */
import { Context, Deferred, Effect, Layer, Option, Ref } from "effect"
import { TestClock } from "effect/testing"
import { createHmac } from "node:crypto"
import { JobWorkers, type Worked } from "../src/jobs/index.ts"
import { CurrentActor, user } from "../src/shared/actor.ts"
import type { NewEvent } from "../src/shared/event.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { Reactions } from "../src/shared/reactions.ts"
import { type SubscriptionId, WebhookDispatch, Webhooks, webhooksSubscriber } from "../src/webhooks/index.ts"
import {
  NoAnswer,
  WebhookDeliveries,
  type WebhookRequest,
  WebhookSender,
  WebhookSubscriptions
} from "../src/webhooks/ports.ts"
import type { Adapter } from "./ground.ts"
import { beginning, inTransaction, jobsOn } from "./jobs-ground.ts"
import { someEvent, someUser } from "./samples.ts"

/** A status to answer with; or no end, told when it begins; or why there is no answer. */
export type Answer =
  | { readonly status: number; readonly body?: string; readonly takesMillis?: number }
  | { readonly hangs: Deferred.Deferred<void> }
  | NoAnswer["why"]

export interface Receiver {
  readonly requests: Ref.Ref<ReadonlyArray<WebhookRequest>>
  /** What comes next, in order; 204 after that. */
  readonly answers: Ref.Ref<ReadonlyArray<Answer>>
}
export class TestReceiver extends Context.Service<TestReceiver, Receiver>()("lyceum/contract/TestReceiver") {
  static readonly layer = Layer.effect(
    TestReceiver,
    Effect.gen(function* () {
      return {
        requests: yield* Ref.make<ReadonlyArray<WebhookRequest>>([]),
        answers: yield* Ref.make<ReadonlyArray<Answer>>([])
      }
    })
  )
}

const senderLayer = Layer.effect(
  WebhookSender,
  Effect.map(TestReceiver, ({ answers, requests }) =>
    WebhookSender.of({
      post: Effect.fnUntraced(function* (request) {
        yield* Ref.update(requests, (before) => [...before, request])
        const [answer] = yield* Ref.getAndUpdate(answers, (left) => left.slice(1))
        if (typeof answer === "string") return yield* new NoAnswer({ why: answer })
        if (answer !== undefined && "hangs" in answer) {
          yield* Deferred.succeed(answer.hangs, undefined)
          return yield* Effect.never
        }
        if (answer?.takesMillis !== undefined) yield* TestClock.adjust(answer.takesMillis)
        return { status: answer?.status ?? 204, body: answer?.body ?? "" }
      })
    })
  )
)

export const [operator, viewer, member] = [someUser(), someUser(), someUser()]
const people = [
  { id: operator, permissions: ["operations.view", "operations.manage"] as const },
  { id: viewer, permissions: ["operations.view"] as const }
]
export const asOperator = Effect.provideService(CurrentActor, user(operator))

export const webhooksOn = (adapter: Adapter) =>
  Layer.mergeAll(Webhooks.layer, WebhookDispatch.layer).pipe(
    Layer.provideMerge(senderLayer),
    Layer.provideMerge(TestReceiver.layer),
    Layer.provideMerge(jobsOn(adapter, { people, subscribers: [webhooksSubscriber] }))
  )

/** Hands stored events to the reaction of webhooks. */
export const react = Effect.gen(function* () {
  const { listener } = yield* WebhookDispatch
  return yield* Reactions.use((reactions) => reactions.deliver(listener))
})
/** Does the calls that are due. */
export const call: Effect.Effect<Worked, never, JobWorkers | WebhookDispatch> = Effect.gen(function* () {
  const dispatch = yield* WebhookDispatch
  return yield* JobWorkers.use((workers) => workers.runDue({ webhook_call: dispatch.call }))
})

/** Sets the clock, and removes what earlier tests left behind. */
export const begin = Effect.gen(function* () {
  yield* beginning
  const subscriptions = yield* WebhookSubscriptions
  for (const { id } of yield* subscriptions.list(Option.none(), 1000))
    yield* inTransaction(subscriptions.remove(id))
  yield* react
  const { answers, requests } = yield* TestReceiver
  yield* Ref.set(answers, [])
  yield* Ref.set(requests, [])
})

/** Stores an event as a command of a user would. */
export const tell = (event: Partial<NewEvent> = {}) =>
  inTransaction(
    Outbox.use((outbox) => outbox.append([someEvent({ name: "access.entitlement_granted", ...event })]))
  ).pipe(asOperator)
/** An event, all the way: stored, handed on, sent. */
export const happen = (event: Partial<NewEvent> = {}) =>
  Effect.andThen(tell(event), Effect.andThen(react, call))

export const willAnswer = (...answers: ReadonlyArray<Answer>) =>
  TestReceiver.use((receiver) => Ref.set(receiver.answers, answers))
export const sent = TestReceiver.use((receiver) => Ref.get(receiver.requests))

export const subscribed = (
  events: ReadonlyArray<string> = ["access.*"],
  url = "https://receiver.example/hook"
) => Webhooks.use((webhooks) => webhooks.create({ url, events })).pipe(asOperator)
export const subscriptionOf = (id: SubscriptionId) =>
  Webhooks.use((webhooks) => webhooks.get({ id })).pipe(asOperator)
/** Deliveries of a subscription, newest first. */
export const deliveriesOf = (id: SubscriptionId) =>
  WebhookDeliveries.use((deliveries) => deliveries.list({ subscriptionId: id }, Option.none(), 1000))

/** What a receiver does, written after the text of Standard Webhooks and not after our code: which signatures are right. */
export const rightSignatures = ({ body, headers }: WebhookRequest, secret: string): number => {
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`
  const expected = createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
    .update(content)
    .digest("base64")
  return (headers["webhook-signature"] ?? "").split(" ").filter((signature) => signature === `v1,${expected}`)
    .length
}

/** The verbs of subscriptions: pure, total, clockless. */
import { DateTime, Duration, Result, Struct } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { Invalid } from "../../shared/errors.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { Instant } from "../../shared/instant.ts"
import { SubscriptionIsDisabled } from "../errors.ts"
import {
  Pinged,
  type SecretSubscription,
  SecretRotated,
  type Subscription,
  SubscriptionChanged,
  SubscriptionCreated,
  SubscriptionDisabled,
  type SubscriptionId,
  SubscriptionRemoved,
  type UpdateSubscription
} from "../model.ts"
import { hostOf, isPrivateHost } from "./address.ts"

/** Failures for this long, without a success between them, disable a subscription. */
export const patience = Duration.days(1)

/** A subscription as it may be seen. */
export const shown = (subscription: SecretSubscription): Subscription =>
  Struct.omit(subscription, ["secret", "previousSecret", "previousSecretEndsAt"]) as Subscription

/** As events tell of it: addresses carry tokens in their queries, and events are kept and handed on. Source: PRV-7. */
const told = (subscription: SecretSubscription): Subscription => {
  const { origin, pathname } = new URL(subscription.url)
  return { ...shown(subscription), url: `${origin}${pathname}` }
}

/** Whether a subscription is told of an event. A ping is for the one that was asked for. */
export const wants = ({ events, id }: SecretSubscription, { name, subjects }: StoredEvent): boolean =>
  name === Pinged.eventName
    ? subjects["subscriptionId"] === id
    : events.some(
        (pattern) => pattern === name || (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1)))
      )

const checkTarget = (url: string | undefined, allowed: ReadonlyArray<string>): Result.Result<void, Invalid> =>
  url !== undefined && isPrivateHost(hostOf(url), allowed)
    ? Result.fail(Invalid.at(["url"], "must not point to a private address"))
    : Result.void

export const create = (
  given: Pick<SecretSubscription, "url" | "events" | "secret"> & { readonly id: SubscriptionId },
  allowed: ReadonlyArray<string>,
  now: Instant
): Result.Result<Decision<SecretSubscription>, Invalid> =>
  Result.map(checkTarget(given.url, allowed), () => {
    const subscription: SecretSubscription = { ...given, status: "enabled", createdAt: now, updatedAt: now }
    return { state: subscription, events: [SubscriptionCreated({ subscription: told(subscription) })] }
  })

/** What both statuses have. */
const common = (
  { createdAt, events, id, previousSecret, previousSecretEndsAt, secret, url }: SecretSubscription,
  now: Instant
) => ({
  id,
  url,
  events,
  secret,
  ...(previousSecret !== undefined && { previousSecret }),
  ...(previousSecretEndsAt !== undefined && { previousSecretEndsAt }),
  createdAt,
  updatedAt: now
})

const enabled = (subscription: SecretSubscription, now: Instant): SecretSubscription => ({
  status: "enabled",
  ...common(subscription, now)
})

const disabled = (
  subscription: SecretSubscription,
  now: Instant,
  because: "failing" | "by_hand"
): SecretSubscription => ({
  status: "disabled",
  ...common(subscription, now),
  disabledAt: now,
  disabledBecause: because
})

/** Changes what is named. Enabling forgets past failures; enabling what is enabled too, so that a day begins anew. */
export const update = (
  before: SecretSubscription,
  { enabled: wanted, events, url }: UpdateSubscription,
  context: { readonly allowed: ReadonlyArray<string>; readonly now: Instant }
): Result.Result<Decision<SecretSubscription>, Invalid> =>
  Result.map(checkTarget(url, context.allowed), () => {
    const changed = {
      ...before,
      url: url ?? before.url,
      events: events ?? before.events,
      updatedAt: context.now
    }
    const after =
      wanted === true
        ? enabled(changed, context.now)
        : wanted === false && before.status === "enabled"
          ? disabled(changed, context.now, "by_hand")
          : changed
    return { state: after, events: [SubscriptionChanged({ before: told(before), after: told(after) })] }
  })

export const remove = (subscription: SecretSubscription): Decision<void> => ({
  state: undefined,
  events: [SubscriptionRemoved({ subscription: told(subscription) })]
})

/** A new secret beside the old one, which ends at `oldEndsAt`. Two sign at most: an older one ends at once. */
export const rotateSecret = (
  before: SecretSubscription,
  given: { readonly secret: string; readonly oldEndsAt: Instant },
  now: Instant
): Result.Result<Decision<SecretSubscription>, Invalid> => {
  if (DateTime.isLessThan(given.oldEndsAt, now))
    return Result.fail(Invalid.at(["oldEndsAt"], "must not be in the past"))
  const after: SecretSubscription = {
    ...before,
    secret: given.secret,
    previousSecret: before.secret,
    previousSecretEndsAt: given.oldEndsAt,
    updatedAt: now
  }
  return Result.succeed({ state: after, events: [SecretRotated({ subscription: told(after) })] })
}

/** Nothing goes to a disabled subscription. */
export const mayBeCalled = ({
  id,
  status
}: SecretSubscription): Result.Result<void, SubscriptionIsDisabled> =>
  status === "enabled" ? Result.void : Result.fail(new SubscriptionIsDisabled({ id }))

/** A success ends a row of failures. */
export const succeeded = (subscription: SecretSubscription, now: Instant): SecretSubscription =>
  subscription.status === "enabled" && subscription.failingSince !== undefined
    ? enabled(subscription, now)
    : subscription

/** A failure begins a row of them or goes on with one; a day after the first of the row the subscription is disabled. */
export const failed = (subscription: SecretSubscription, now: Instant): Decision<SecretSubscription> => {
  if (subscription.status === "disabled") return { state: subscription, events: [] }
  if (subscription.failingSince === undefined)
    return { state: { ...subscription, failingSince: now, updatedAt: now }, events: [] }
  if (DateTime.isLessThan(now, DateTime.addDuration(subscription.failingSince, patience)))
    return { state: subscription, events: [] }
  const state = disabled(subscription, now, "failing")
  return { state, events: [SubscriptionDisabled({ subscription: told(state) })] }
}

/** The kill switches that the platform itself obeys, and what holds when their store cannot be read. Source: OPS-2, OPS-15. */
import { Context, DateTime, Duration, Effect, Layer, Ref } from "effect"
import { WriteGate } from "../shared/door.ts"
import { ReadOnlyMode } from "../shared/errors.ts"
import { currentInstant, type Instant } from "../shared/instant.ts"
import type { Flag } from "./model.ts"
import { FlagKey } from "./key.ts"
import { Flags } from "./ports.ts"
import { evaluate } from "./rules.ts"

/**
 * The six, with what they are when a school begins and what they are when nobody can tell (`unknown`): after 30 s of the
 * last known, or at once for those that money and privacy hang on (`safeAtOnce`).
 */
export const criticalFlags = {
  conversions_enabled: {
    initially: true,
    unknown: false,
    safeAtOnce: true,
    description: "Referral conversions earn commissions"
  },
  tracking_clicks_enabled: {
    initially: true,
    unknown: false,
    safeAtOnce: false,
    description: "Referral clicks are recorded"
  },
  pii_minimization_enabled: {
    initially: true,
    unknown: true,
    safeAtOnce: true,
    description: "Personal data is cut down where it is taken in"
  },
  advanced_analytics_enabled: {
    initially: true,
    unknown: false,
    safeAtOnce: false,
    description: "Dashboards compute the expensive figures"
  },
  real_time_updates_enabled: {
    initially: true,
    unknown: false,
    safeAtOnce: false,
    description: "Live updates are sent"
  },
  emergency_read_only_mode: {
    initially: false,
    unknown: false,
    safeAtOnce: false,
    description: "Every command is refused; queries go on"
  }
} as const
export type CriticalFlag = keyof typeof criticalFlags

/** The six as rows; both stores are seeded with them. */
export const initialFlags = (now: Instant): ReadonlyArray<Flag> =>
  Object.entries(criticalFlags).map(([key, { description, initially }]) => ({
    key: FlagKey.make(key),
    description,
    enabled: initially,
    rolloutPercentage: 100,
    targetConditions: {},
    type: "permanent",
    isSystemCritical: true,
    createdAt: now,
    updatedAt: now
  }))

/** A flip is seen everywhere within a second: what was read is believed for half of one. */
const believedFor = Duration.millis(500)
/** Without the store the last known holds this long; then `unknown` does. */
const lastKnownFor = Duration.seconds(30)

interface Known {
  readonly at: Instant
  readonly flags: ReadonlyArray<Flag>
}

/** What read-only mode asks a client to wait. */
const retryAfterSeconds = 30

export class KillSwitches extends Context.Service<
  KillSwitches,
  {
    /** Whether the switch is on for everyone, at most a second late; never fails. */
    readonly isOn: (key: CriticalFlag) => Effect.Effect<boolean>
  }
>()("lyceum/flags/KillSwitches") {
  static readonly layer = Layer.effect(
    KillSwitches,
    Effect.gen(function* () {
      const store = yield* Flags
      const known = yield* Ref.make<Known | undefined>(undefined)

      const isYoungerThan = (age: Duration.Duration, now: Instant, at: Instant) =>
        DateTime.isLessThan(now, DateTime.addDuration(at, age)) && DateTime.isGreaterThanOrEqualTo(now, at)

      /** What is known, and whether the store said so just now. */
      const read = Effect.fnUntraced(function* (now: Instant) {
        const last = yield* Ref.get(known)
        if (last !== undefined && isYoungerThan(believedFor, now, last.at))
          return { flags: last.flags, fresh: true }
        return yield* store.listCritical.pipe(
          Effect.tap((flags) => Ref.set(known, { at: now, flags })),
          Effect.map((flags) => ({ flags, fresh: true })),
          Effect.catchDefect((defect) =>
            Effect.as(Effect.logError("the flag store cannot be read", defect), {
              flags: last !== undefined && isYoungerThan(lastKnownFor, now, last.at) ? last.flags : [],
              fresh: false
            })
          )
        )
      })

      const isOn = Effect.fnUntraced(function* (key: CriticalFlag) {
        const now = yield* currentInstant
        const { flags, fresh } = yield* read(now)
        const flag =
          fresh || !criticalFlags[key].safeAtOnce ? flags.find((one) => one.key === key) : undefined
        return flag === undefined ? criticalFlags[key].unknown : evaluate(flag, { now }).on
      })
      return KillSwitches.of({ isOn })
    })
  )
}

/** Refuses commands while `emergency_read_only_mode` is on. */
export const writeGateLayer = Layer.effect(
  WriteGate,
  Effect.map(KillSwitches, ({ isOn }) =>
    WriteGate.of({
      check: Effect.flatMap(isOn("emergency_read_only_mode"), (on) =>
        on ? Effect.fail(new ReadOnlyMode({ retryAfterSeconds })) : Effect.void
      )
    })
  )
)

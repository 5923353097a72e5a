/** What flags needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { FlagExists } from "./errors.ts"
import type { Flag, FlagKey, ReadOnlyTime } from "./model.ts"

export class Flags extends Context.Service<
  Flags,
  {
    readonly find: (key: FlagKey) => Effect.Effect<Option.Option<Flag>>
    /** As `find`, holding the flag until the transaction ends. */
    readonly findForUpdate: (key: FlagKey) => Effect.Effect<Option.Option<Flag>, never, InTransaction>
    /** As `find`, keeping others from changing the flag until the transaction ends: for what guards money (OPS-2). */
    readonly findForShare: (key: FlagKey) => Effect.Effect<Option.Option<Flag>, never, InTransaction>
    /** The six kill switches, in one read, by key. */
    readonly listCritical: Effect.Effect<ReadonlyArray<Flag>>
    /** By key. Position: `[key]`. */
    readonly list: (after: Option.Option<Position>, count: number) => Effect.Effect<ReadonlyArray<Flag>>
    readonly insert: (flag: Flag) => Effect.Effect<void, FlagExists, InTransaction>
    readonly update: (flag: Flag) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/flags/Flags") {}

/** When the platform took no commands: the clocks of attempts stood still (ASM-5). Written where the switch is flipped. */
export class ReadOnlyTimes extends Context.Service<
  ReadOnlyTimes,
  {
    /** One begins now; changes nothing while one goes on. */
    readonly begin: (now: Instant) => Effect.Effect<void, never, InTransaction>
    /** The one that goes on, if any, ends now. */
    readonly end: (now: Instant) => Effect.Effect<void, never, InTransaction>
    /** Those that ended after the instant, or have not ended, the earliest first. */
    readonly since: (instant: Instant) => Effect.Effect<ReadonlyArray<ReadOnlyTime>>
  }
>()("lyceum/flags/ReadOnlyTimes") {}

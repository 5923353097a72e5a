/** What flags needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { FlagExists } from "./errors.ts"
import type { Flag, FlagKey } from "./model.ts"

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

import { Flag, FlagExists, initialFlags, ReadOnlyTime } from "@lyceum/core/flags"
import { Flags, ReadOnlyTimes } from "@lyceum/core/flags/ports"
import { currentInstant, isWithin } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { compare, pageOf } from "./order.ts"

export const flagsLayer = Layer.effect(
  Flags,
  Effect.gen(function* () {
    const rows = table("util.feature_flags", Flag)(yield* MemoryDatabase)
    yield* Effect.forEach(initialFlags(yield* currentInstant), (flag) => rows.seed(flag.key, flag), {
      discard: true
    })
    return Flags.of({
      find: (key) => rows.find(key),
      findForUpdate: (key) => rows.find(key),
      findForShare: (key) => rows.find(key),
      listCritical: Effect.map(rows.all, (all) =>
        all.filter((flag) => flag.isSystemCritical).sort((a, b) => compare([a.key], [b.key]))
      ),
      list: (after, count) =>
        Effect.map(rows.all, (all) => pageOf(all, ({ key }) => [key], { after, count })),
      insert: (flag) =>
        Effect.flatMap(rows.find(flag.key), (found) =>
          Option.isSome(found) ? Effect.fail(new FlagExists({ key: flag.key })) : rows.put(flag.key, flag)
        ),
      update: (flag) => rows.put(flag.key, flag)
    })
  })
)

export const readOnlyTimesLayer = Layer.effect(
  ReadOnlyTimes,
  Effect.gen(function* () {
    const rows = table("util.read_only_times", ReadOnlyTime)(yield* MemoryDatabase)
    const keyOf = ({ startedAt }: ReadOnlyTime) => DateTime.formatIso(startedAt)
    const open = Effect.map(rows.all, (all) => all.find(({ endedAt }) => endedAt === undefined))
    return ReadOnlyTimes.of({
      begin: Effect.fnUntraced(function* (now) {
        if ((yield* open) === undefined) yield* rows.put(keyOf({ startedAt: now }), { startedAt: now })
      }),
      end: Effect.fnUntraced(function* (now) {
        const going = yield* open
        if (going !== undefined) yield* rows.put(keyOf(going), { ...going, endedAt: now })
      }),
      since: (instant) =>
        Effect.map(rows.all, (all) =>
          all
            .filter(({ endedAt }) => isWithin(instant, { to: endedAt }))
            .sort((a, b) => compare([keyOf(a)], [keyOf(b)]))
        )
    })
  })
)

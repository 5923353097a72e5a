import { Flag, FlagExists, initialFlags } from "@lyceum/core/flags"
import { Flags } from "@lyceum/core/flags/ports"
import { currentInstant } from "@lyceum/core/shared"
import { Effect, Layer, Option } from "effect"
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

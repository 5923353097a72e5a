import { AddressSalts } from "@lyceum/core/shared/ports"
import { Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"

const Salt = Schema.Struct({ day: Schema.String, salt: Schema.Uint8Array })

export const addressSaltsLayer = Layer.effect(
  AddressSalts,
  Effect.gen(function* () {
    const rows = table("util.address_salts", Salt)(yield* MemoryDatabase)
    const find = (day: string) =>
      Effect.map(
        rows.find(day),
        Option.map(({ salt }) => salt)
      )
    return AddressSalts.of({
      find,
      findOrInsert: Effect.fnUntraced(function* (day, fresh) {
        const found = yield* find(day)
        if (Option.isSome(found)) return found.value
        yield* rows.put(day, { day, salt: fresh })
        return fresh
      }),
      destroyBefore: Effect.fnUntraced(function* (day) {
        const old = (yield* rows.all).filter((one) => one.day < day)
        yield* Effect.forEach(old, (one) => rows.remove(one.day), { discard: true })
        return old.length
      })
    })
  })
)

/** Settings, and taking along everything that is one's own. */
import { Effect, Option } from "effect"
import type { UserId } from "../../shared/id.ts"
import { Door } from "../../shared/door.ts"
import { Outbox } from "../../shared/outbox.ts"
import type { Position } from "../../shared/page.ts"
import type { Consent } from "../model/consent.ts"
import { SettingsChanged } from "../model/settings.ts"
import { operations } from "../operations.ts"
import { Consents, ProfileLinks, Profiles, UserSettings } from "../ports.ts"
import { choose, complete } from "../rules/settings.ts"
import { orNotFound, ownId, readers } from "./own.ts"

/** Entries of a history that are read at once. */
const batch = 1000

export const settingsUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const settings = yield* UserSettings
  const consents = yield* Consents
  const links = yield* ProfileLinks
  const outbox = yield* Outbox
  const readerId = yield* readers
  const door = yield* Door

  const wholeHistory = Effect.fnUntraced(function* (userId: UserId) {
    const all: Array<Consent> = []
    for (let after = Option.none<Position>(); ;) {
      const found = yield* consents.list(userId, after, batch)
      all.push(...found)
      const last = found.at(-1)
      if (found.length < batch || last === undefined) return all
      after = Option.some([last.entryNo])
    }
  })

  return {
    mySettings: door.query(operations.mySettings, (_, { me }) =>
      Effect.map(Effect.flatMap(readerId(me), settings.find), complete)
    ),
    updateSettings: door.command(
      operations.updateSettings,
      Effect.fnUntraced(function* (patch, { me }) {
        const id = yield* Effect.fromResult(ownId(me))
        // Held, so that two patches at once are two and not the later one.
        yield* profiles.findForUpdate(id).pipe(orNotFound(id))
        const chosen = choose(yield* settings.find(id), patch)
        yield* settings.put(id, chosen)
        yield* outbox.append([SettingsChanged({ userId: id, patch })])
        return complete(chosen)
      })
    ),
    exportMyData: door.query(
      operations.exportMyData,
      Effect.fnUntraced(function* (_, { me, now }) {
        const id = yield* Effect.fromResult(ownId(me))
        return {
          format: "lyceum.identity/1" as const,
          exportedAt: now,
          profile: yield* profiles.find(id).pipe(orNotFound(id)),
          settings: complete(yield* settings.find(id)),
          links: yield* links.list(id),
          consents: yield* wholeHistory(id)
        }
      })
    )
  }
})

import {
  Consent,
  EmailTaken,
  Link,
  LinkId,
  Profile,
  SettingsPatch,
  UsernameTaken,
  Viewing
} from "@lyceum/core/identity"
import {
  Consents,
  ProfileExists,
  ProfileLinks,
  Profiles,
  UserSettings,
  Viewings
} from "@lyceum/core/identity/ports"
import type { Position } from "@lyceum/core/shared/ports"
import { Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

/** Other contexts' rows refer to profiles; rbac asks for their status. */
export const profileRows = table("public.profiles", Profile)

export const profilesLayer = Layer.effect(
  Profiles,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = profileRows(database)

    /** Refuses a username or an address that somebody else has. */
    const requireFree = Effect.fnUntraced(function* ({ email, id, username }: Profile) {
      const others = (yield* rows.all).filter((other) => other.id !== id)
      if (others.some((other) => other.username === username)) return yield* new UsernameTaken({ username })
      if (email !== undefined && others.some((other) => other.email === email)) return yield* new EmailTaken()
    })

    return Profiles.of({
      find: (id) => rows.find(id),
      findByUsername: (username) =>
        Effect.map(rows.all, (all) =>
          Option.fromUndefinedOr(all.find((profile) => profile.username === username))
        ),
      findForUpdate: (id) => rows.find(id),
      findAll: (ids) => Effect.map(rows.all, (all) => all.filter(({ id }) => ids.includes(id))),
      list: ({ prefix = "", status }, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (profile) =>
                (status === undefined || profile.status === status) &&
                (profile.username.startsWith(prefix) || profile.email?.startsWith(prefix) === true)
            ),
            ({ username }) => [username],
            { after, count }
          )
        ),
      insert: Effect.fnUntraced(function* (profile) {
        if (Option.isSome(yield* rows.find(profile.id)))
          return yield* new ProfileExists({ userId: profile.id })
        yield* requireFree(profile)
        yield* rows.put(profile.id, profile)
      }),
      update: Effect.fnUntraced(function* (profile) {
        yield* requireFree(profile)
        const { createdAt, lastSeenAt } = Option.getOrThrow(yield* rows.find(profile.id))
        yield* rows.put(profile.id, {
          ...profile,
          createdAt,
          ...(lastSeenAt !== undefined && { lastSeenAt })
        })
      }),
      touch: (id, now) =>
        database.afterCommit(
          Effect.flatMap(rows.find(id), (found) =>
            Option.isSome(found) ? rows.put(id, { ...found.value, lastSeenAt: now }) : Effect.void
          )
        )
    })
  })
)

/** One row a user; what was chosen in each category. */
const settingsRows = table("public.user_settings", SettingsPatch)

export const userSettingsLayer = Layer.effect(
  UserSettings,
  Effect.map(MemoryDatabase, (database) => {
    const rows = settingsRows(database)
    return UserSettings.of({
      find: (userId) =>
        Effect.map(
          rows.find(userId),
          Option.getOrElse((): SettingsPatch => ({}))
        ),
      put: (userId, chosen) => rows.put(userId, chosen)
    })
  })
)

export const consentsLayer = Layer.effect(
  Consents,
  Effect.map(MemoryDatabase, (database) => {
    const rows = table("public.user_consents", Consent)(database)
    const list = (userId: string, after: Option.Option<Position>, count: number) =>
      Effect.map(rows.all, (all) =>
        pageOf(
          all.filter((consent) => consent.userId === userId),
          ({ entryNo }) => [entryNo],
          { after, count, order: "descending" }
        )
      )
    return Consents.of({
      append: (consent) => rows.put(consent.id, consent),
      newest: (userId) =>
        Effect.map(list(userId, Option.none(), Number.MAX_SAFE_INTEGER), (newestFirst) => {
          const oldestFirst = [...newestFirst].reverse()
          return [...new Map(oldestFirst.map((consent) => [consent.consentType, consent])).values()]
        }),
      list
    })
  })
)

/** All links of a user in one row, in their order. */
const LinkList = Schema.Array(Schema.Struct({ id: LinkId, ...Link.fields }))

const withoutId = (link: (typeof LinkList.Type)[number]): Link => {
  const { id: _, ...rest } = link
  return rest
}

export const profileLinksLayer = Layer.effect(
  ProfileLinks,
  Effect.map(MemoryDatabase, (database) => {
    const rows = table("public.profile_links", LinkList)(database)
    return ProfileLinks.of({
      list: (userId) =>
        Effect.map(rows.find(userId), (found) => Option.getOrElse(found, () => []).map(withoutId)),
      replace: (userId, links) => rows.put(userId, links)
    })
  })
)

export const viewingsLayer = Layer.effect(
  Viewings,
  Effect.map(MemoryDatabase, (database) => {
    const rows = table("public.profile_viewings", Viewing)(database)
    return Viewings.of({
      find: (viewerId, viewedId) => rows.find(`${viewerId} ${viewedId}`),
      put: (viewing) => rows.put(`${viewing.viewerId} ${viewing.viewedId}`, viewing)
    })
  })
)

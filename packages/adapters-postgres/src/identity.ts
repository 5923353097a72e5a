/** People, their settings, consents and links. */
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
import { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

/** What of a profile may change; `last_seen_at` has a statement of its own. */
const editable = [
  "username",
  "email",
  "display_name",
  "bio",
  "avatar_url",
  "is_public",
  "locale",
  "time_zone",
  "status",
  "updated_at",
  "deleted_at",
  "version"
]

export const profilesLayer = Layer.effect(
  Profiles,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("public.profiles", ["id"], Profile)

    const taken = ({ username }: Profile) => ({
      profiles_username_key: () => new UsernameTaken({ username }),
      profiles_email_key: () => new EmailTaken()
    })

    return Profiles.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      findByUsername: (username) => Effect.orDie(rows.selectOne(sql`where username = ${username}`)),
      // Rows that refer to the profile can still be written: its key does not change.
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`, "for no key update")),
      findAll: (ids) => Effect.orDie(rows.select(sql`where id = any(${ids}::uuid[])`)),
      list: ({ prefix, status }, after, count) => {
        const beyond = Option.match(after, { onNone: () => "", onSome: ([username]) => String(username) })
        const wanted = sql.and([
          sql`username > ${beyond}`,
          // A literal, so that the planner sees which index answers.
          ...(status === undefined ? [] : [sql`status = ${sql.literal(`'${status}'`)}`])
        ])
        // By the status too: under row-level security an enum that is compared does not count as fixed.
        const page = sql`order by ${sql.literal(status === undefined ? "" : "status, ")}username limit ${count}`
        if (prefix === undefined) return Effect.orDie(rows.select(sql`where ${wanted} ${page}`))
        // Each half by an index of its own; `or` would read all users in order.
        const half = (column: "username" | "email") => {
          const begins = sql`starts_with(${sql.literal(column)}, ${prefix})`
          return sql`(select id from public.profiles where ${begins} and ${wanted} ${page})`
        }
        return Effect.orDie(
          rows.select(sql`where id in (${half("username")} union ${half("email")}) ${page}`)
        )
      },
      insert: (profile) =>
        rows.insert(profile).pipe(
          refusing<ProfileExists | UsernameTaken | EmailTaken>({
            profiles_pkey: () => new ProfileExists({ userId: profile.id }),
            ...taken(profile)
          })
        ),
      update: (profile) =>
        rows.replace(profile, editable).pipe(refusing<UsernameTaken | EmailTaken>(taken(profile))),
      touch: (id, now) =>
        sql.afterCommit(
          // Whoever holds the profile now will have it seen again soon enough.
          Effect.orDie(
            Effect.asVoid(sql`
              update public.profiles set last_seen_at = greatest(last_seen_at, ${DateTime.formatIso(now)}::timestamptz)
              where id = (select id from public.profiles where id = ${id}::uuid for no key update skip locked)`)
          )
        )
    })
  })
)

const decodeSettings = Schema.decodeUnknownSync(Schema.toCodecJson(SettingsPatch)) as (
  json: unknown
) => SettingsPatch
const encodeSettings = Schema.encodeSync(Schema.toCodecJson(SettingsPatch)) as (
  settings: SettingsPatch
) => object

export const userSettingsLayer = Layer.effect(
  UserSettings,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return UserSettings.of({
      find: (userId) =>
        Effect.map(
          Effect.orDie(sql<{ chosen: unknown }>`
            select jsonb_strip_nulls(jsonb_build_object(
              'notifications', notifications, 'privacy', privacy, 'learning', learning, 'ui', ui)) as chosen
            from public.user_settings where user_id = ${userId}::uuid`),
          ([row]) => (row === undefined ? {} : decodeSettings(row.chosen))
        ),
      put: (userId, chosen) =>
        Effect.orDie(
          Effect.asVoid(sql`
            insert into public.user_settings as s (user_id, notifications, privacy, learning, ui)
            select ${userId}::uuid, chosen->'notifications', chosen->'privacy', chosen->'learning', chosen->'ui'
            from (select ${JSON.stringify(encodeSettings(chosen))}::jsonb as chosen) as given
            on conflict on constraint user_settings_pkey do update set
              (notifications, privacy, learning, ui, updated_at) =
              (excluded.notifications, excluded.privacy, excluded.learning, excluded.ui, util.now())`)
        )
    })
  })
)

export const consentsLayer = Layer.effect(
  Consents,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("public.user_consents", ["id"], Consent)
    return Consents.of({
      append: (consent) => Effect.orDie(rows.insert(consent)),
      newest: (userId) =>
        Effect.orDie(
          rows.select(sql`
            where user_id = ${userId}::uuid and entry_no in (
              select max(entry_no) from public.user_consents where user_id = ${userId}::uuid group by consent_type
            )`)
        ),
      list: (userId, after, count) => {
        const before = Option.match(after, {
          onNone: () => [],
          onSome: ([entryNo]) => [sql`entry_no < ${Number(entryNo)}`]
        })
        return Effect.orDie(
          rows.select(sql`
            where ${sql.and([sql`user_id = ${userId}::uuid`, ...before])} order by entry_no desc limit ${count}`)
        )
      }
    })
  })
)

const LinkRow = Schema.Struct({ id: LinkId, userId: UserId, sortOrder: Schema.Int, ...Link.fields })

export const profileLinksLayer = Layer.effect(
  ProfileLinks,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("public.profile_links", ["id"], LinkRow)
    return ProfileLinks.of({
      list: (userId) =>
        Effect.map(
          Effect.orDie(rows.select(sql`where user_id = ${userId}::uuid order by sort_order`)),
          (found) => found.map(({ id: _id, sortOrder: _sortOrder, userId: _userId, ...link }) => link)
        ),
      replace: (userId, links) =>
        sql`delete from public.profile_links where user_id = ${userId}::uuid`.pipe(
          Effect.andThen(
            rows.insertAll(links.map((link, index) => ({ ...link, userId, sortOrder: index + 1 })))
          ),
          Effect.orDie
        )
    })
  })
)

export const viewingsLayer = Layer.effect(
  Viewings,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("public.profile_viewings", ["viewer_id", "viewed_id"], Viewing)
    return Viewings.of({
      find: (viewerId, viewedId) =>
        Effect.orDie(
          rows.selectOne(sql`where viewer_id = ${viewerId}::uuid and viewed_id = ${viewedId}::uuid`)
        ),
      put: ({ until, viewedId, viewerId }) =>
        Effect.orDie(
          Effect.asVoid(sql`
            insert into public.profile_viewings (viewer_id, viewed_id, until)
            values (${viewerId}::uuid, ${viewedId}::uuid, ${DateTime.formatIso(until)}::timestamptz)
            on conflict on constraint profile_viewings_pkey do update
              set (until, updated_at) = (excluded.until, util.now())`)
        )
    })
  })
)

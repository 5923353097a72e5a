/** How somebody wants the platform to be; four categories, each with its defaults. Source: IDN-4. */
import { Schema, Struct } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { UserId } from "../../shared/id.ts"

const Notifications = Schema.Struct({
  email: Schema.Boolean,
  inApp: Schema.Boolean,
  /** Which of them are sent, by either way. */
  about: Schema.Struct({
    courses: Schema.Boolean,
    assessments: Schema.Boolean,
    achievements: Schema.Boolean,
    expiringAccess: Schema.Boolean,
    community: Schema.Boolean
  }),
  digest: Schema.Literals(["off", "daily", "weekly"])
})
const Privacy = Schema.Struct({
  /** Whether the name may stand on leaderboards. */
  leaderboardOptIn: Schema.Boolean,
  showProgress: Schema.Boolean,
  showCertificates: Schema.Boolean
})
const Learning = Schema.Struct({
  /** Minutes a day; 0 is no goal. */
  dailyGoalMinutes: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1440 })),
  /** `atMinute` counts from midnight in the learner's time zone. */
  reminder: Schema.Struct({
    enabled: Schema.Boolean,
    atMinute: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1439 }))
  }),
  autoplay: Schema.Boolean,
  captions: Schema.Boolean,
  /** Percent of normal speed. */
  playbackPercent: Schema.Int.check(Schema.isBetween({ minimum: 25, maximum: 400 }))
})
const Ui = Schema.Struct({
  theme: Schema.Literals(["system", "light", "dark"]),
  density: Schema.Literals(["comfortable", "compact"]),
  reducedMotion: Schema.Boolean,
  fontPercent: Schema.Int.check(Schema.isBetween({ minimum: 50, maximum: 300 }))
})

/** All settings, complete. */
export const Settings = Schema.Struct({
  notifications: Notifications,
  privacy: Privacy,
  learning: Learning,
  ui: Ui
}).annotate({
  identifier: "Settings"
})
export type Settings = typeof Settings.Type

/** What holds where a user chose nothing. */
export const defaultSettings: Settings = {
  notifications: {
    email: true,
    inApp: true,
    about: { courses: true, assessments: true, achievements: true, expiringAccess: true, community: true },
    digest: "weekly"
  },
  privacy: { leaderboardOptIn: false, showProgress: false, showCertificates: false },
  learning: {
    dailyGoalMinutes: 15,
    reminder: { enabled: false, atMinute: 1080 },
    autoplay: true,
    captions: false,
    playbackPercent: 100
  },
  ui: { theme: "system", density: "comfortable", reducedMotion: false, fontPercent: 100 }
}

const partial = <Fields extends Schema.Struct.Fields>(struct: Schema.Struct<Fields>) =>
  struct.mapFields(Struct.map(Schema.optionalKey))

/** Any part of the settings: what somebody changes, and what is stored of their choices. */
export const SettingsPatch = Schema.Struct({
  notifications: Schema.optionalKey(
    partial(Notifications.mapFields((fields) => ({ ...fields, about: partial(fields.about) })))
  ),
  privacy: Schema.optionalKey(partial(Privacy)),
  learning: Schema.optionalKey(
    partial(Learning.mapFields((fields) => ({ ...fields, reminder: partial(fields.reminder) })))
  ),
  ui: Schema.optionalKey(partial(Ui))
}).annotate({ identifier: "SettingsPatch" })
export type SettingsPatch = typeof SettingsPatch.Type

export const SettingsChanged = defineEvent("identity.settings_changed", {
  payload: Schema.Struct({ userId: UserId, patch: SettingsPatch }),
  key: ({ userId }) => `user:${userId}`,
  subjects: ({ userId }) => ({ userId })
})

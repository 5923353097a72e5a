import { FeatureFlags, operations } from "@lyceum/core/flags"
import { noun, verb } from "../verb.ts"

export const flagsCommand = noun("flags", "Kill switches and rollouts", [
  verb(FeatureFlags, operations, "list", {
    about: "All flags, by key",
    columns: ["key", "enabled", "rolloutPercentage", "isSystemCritical", "description"]
  }),
  verb(FeatureFlags, operations, "get", { about: "One flag", args: ["key"] }),
  verb(FeatureFlags, operations, "evaluate", {
    about: "Whether a flag is on for somebody, and why",
    fields: { subject: `Whom it is asked for: {"id":"visitor-7","roles":["member"],"country":"FR"}` },
    args: ["key"],
    examples: [
      {
        command: `lyceum flags evaluate new_player --subject '{"id":"visitor-7"}'`,
        description: "For one subject"
      }
    ]
  }),
  verb(FeatureFlags, operations, "define", {
    about: "Add a flag",
    args: ["key"],
    fields: { type: "How long it is meant to live" },
    examples: [
      {
        command: `lyceum flags define new_player --description "The new player" --reason "first trial in spring"`,
        description: "Off for everyone until it is changed"
      }
    ]
  }),
  verb(FeatureFlags, operations, "change", {
    about: "Turn a flag on or off, or change its rollout",
    fields: { type: "How long it is meant to live" },
    args: ["key"],
    examples: [
      {
        command: `lyceum flags change emergency_read_only_mode --enabled --reason "database maintenance"`,
        description: "Refuse all commands until it is turned off again"
      },
      {
        command: `lyceum flags change new_player --rollout-percentage 25 --reason "first quarter of learners"`,
        description: "Roll out"
      }
    ]
  })
])

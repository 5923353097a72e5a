import { operations, Users } from "@lyceum/core/identity"
import { usersImportCommand } from "./users-import.ts"
import { noun, verb } from "../verb.ts"

const own = "; use --as to say who"

export const usersCommand = noun("users", "Profiles, settings, consents and links", [
  verb(Users, operations, "listUsers", {
    about: "All profiles, by username",
    columns: ["id", "username", "displayName", "email", "status", "lastSeenAt"],
    examples: [
      { command: "lyceum users list --search ad", description: "Whose username or e-mail begins with ad" }
    ]
  }),
  verb(Users, operations, "getProfile", {
    about: "One profile, by id or username",
    args: ["user"]
  }),
  verb(Users, operations, "createProfile", {
    about: "Make a profile; twice is once",
    args: ["id"],
    fields: { id: "Id of the user: the sub of their tokens" }
  }),
  usersImportCommand as never,
  verb(Users, operations, "nameCards", { about: "Who stands behind ids" }),
  verb(Users, operations, "suspend", { about: "Suspend somebody", args: ["userId"] }),
  verb(Users, operations, "restore", { about: "End a suspension", args: ["userId"] }),
  verb(Users, operations, "viewAs", {
    about: `Open a viewing as somebody: reads over HTTP with X-View-As, for half an hour${own}`,
    args: ["userId"]
  }),
  verb(Users, operations, "myProfile", { about: `One's own profile${own}` }),
  verb(Users, operations, "updateProfile", { about: `Change one's own profile${own}` }),
  verb(Users, operations, "mySettings", { about: `One's own settings${own}` }),
  verb(Users, operations, "updateSettings", { about: `Change some of one's settings${own}` }),
  verb(Users, operations, "setLinks", { about: `Set one's links${own}` }),
  verb(Users, operations, "myConsents", { about: `What one consented to, and what is asked again${own}` }),
  verb(Users, operations, "consentHistory", { about: "Consents given and withdrawn, newest first" }),
  verb(Users, operations, "recordConsent", { about: `Say yes or no to a document${own}` }),
  verb(Users, operations, "revokeConsent", { about: `Withdraw a consent${own}` }),
  verb(Users, operations, "exportMyData", { about: `Everything held about oneself${own}` }),
  verb(Users, operations, "deleteMyProfile", {
    about: `Delete one's profile; it can be restored for 30 days${own}`
  }),
  verb(Users, operations, "restoreMyProfile", { about: `Restore one's deleted profile${own}` })
])

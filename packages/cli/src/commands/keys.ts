import { Keys, operations } from "@lyceum/core/keys"
import { noun, verb } from "../verb.ts"

export const keysCommand = noun("keys", "API keys of services", [
  verb(Keys, operations, "create", {
    about: "Make a key; it is shown once",
    fields: { name: "Whose key it is, for people" },
    examples: [
      {
        command: "lyceum keys create --name billing --scopes entitlements.grant --scopes entitlements.revoke",
        description: "A key that may do two things"
      }
    ]
  }),
  verb(Keys, operations, "list", { about: "All keys, newest first" }),
  verb(Keys, operations, "rotate", {
    about: "Make a second key; the old one ends at the time you give",
    fields: { id: "Id of the key" },
    args: ["id"]
  }),
  verb(Keys, operations, "revoke", {
    about: "End a key at once",
    args: ["id"],
    fields: { id: "Id of the key" }
  })
])

import { operations as userOperations, Users } from "@lyceum/core/identity"
import { operations, Roles } from "@lyceum/core/rbac"
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { CliFailure } from "../failure.ts"
import { print } from "../output.ts"
import { asAsked, decodeInput, noun, verb } from "../verb.ts"

const encodeGranted = Schema.encodeSync(Schema.toCodecJson(operations.grant.output))

/** `grant` has two use cases behind it: any grant, and that of the first admin, who has nobody to be granted by. */
const grantCommand = Command.make(
  "grant",
  {
    userId: Argument.String("user-id").pipe(Argument.withDescription("Id of the user")),
    role: Argument.optional(Argument.String("role").pipe(Argument.withDescription("Name of the role"))),
    firstAdmin: Flag.Boolean("first-admin").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Make the first admin of a new school, once")
    ),
    expiresAt: Flag.optional(
      Flag.String("expires-at").pipe(
        Flag.withMetavar("instant"),
        Flag.withDescription("When it ends, as in 2027-01-01T00:00:00Z; for good without it")
      )
    ),
    reason: Flag.optional(
      Flag.String("reason").pipe(Flag.withDescription("Why; needed for roles with dangerous permissions"))
    )
  },
  Effect.fnUntraced(function* ({ expiresAt, firstAdmin, reason, role, userId }) {
    const roles = yield* Roles
    if (firstAdmin) {
      if (Option.isSome(role))
        return yield* new CliFailure({ exitCode: 2, message: "--first-admin names the role already" })
      const input = yield* decodeInput(operations.firstAdmin, { userId })
      // Whoever runs a new school may never have called its API: twice is once.
      yield* asAsked(
        (yield* Users).createProfile(yield* decodeInput(userOperations.createProfile, { id: userId }))
      )
      return yield* print(encodeGranted(yield* asAsked(roles.firstAdmin(input))))
    }
    const optional = { expiresAt, reason, role }
    const given = Object.entries(optional).flatMap(([name, value]) =>
      Option.isSome(value) ? [[name, value.value]] : []
    )
    const input = yield* decodeInput(operations.grant, { userId, ...Object.fromEntries(given) })
    yield* print(encodeGranted(yield* asAsked(roles.grant(input))))
  })
).pipe(
  Command.withDescription("Give somebody a role, or change when it ends"),
  Command.withExamples([
    {
      command: "lyceum roles grant 11111111-1111-4111-8111-111111111111 --first-admin",
      description: "The first admin"
    },
    {
      command: `lyceum roles grant 22222222-2222-4222-8222-222222222222 moderator --expires-at 2027-01-01T00:00:00Z`,
      description: "A moderator for a while"
    }
  ])
)

export const rolesCommand = noun("roles", "Who may do what", [
  verb(Roles, operations, "listRoles", {
    about: "All roles",
    columns: ["roleName", "isSystem", "sortOrder", "description"]
  }),
  verb(Roles, operations, "getRole", { about: "One role with its permissions", args: ["role"] }),
  verb(Roles, operations, "listPermissions", { about: "Every permission there is" }),
  grantCommand as never,
  verb(Roles, operations, "revoke", { about: "Take a role away", args: ["userId", "role"] }),
  verb(Roles, operations, "userPermissions", {
    about: "What somebody holds now, inherited and derived ones included",
    args: ["userId"]
  }),
  verb(Roles, operations, "hasPermission", {
    about: "Whether somebody holds a permission",
    args: ["permission", "userId"]
  }),
  verb(Roles, operations, "hasRole", { about: "Whether somebody holds a role", args: ["role", "userId"] }),
  verb(Roles, operations, "listHolders", { about: "Who was given a role", args: ["role"] }),
  verb(Roles, operations, "grantsLog", { about: "Every grant and revoke, newest first" }),
  verb(Roles, operations, "create", { about: "Add a custom role", args: ["role"] }),
  verb(Roles, operations, "change", { about: "Rename or redescribe a role", args: ["role"] }),
  verb(Roles, operations, "setPermissions", {
    about: "Give a role these permissions instead",
    args: ["role"]
  }),
  verb(Roles, operations, "remove", {
    about: "Delete a custom role that nobody holds",
    args: ["role"]
  }),
  verb(Roles, operations, "sweepExpired", {
    about: "Write down which assignments have expired"
  })
])

import {
  Access,
  accessOperations,
  entitlementOperations,
  Entitlements,
  overrideOperations,
  Overrides,
  ruleOperations,
  Rules,
  tierOperations,
  Tiers
} from "@lyceum/core/access"
import { Console, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Json } from "../settings.ts"
import { harmless, print } from "../output.ts"
import { asActor, decodeInput, noun, verb } from "../verb.ts"

const encodeExplanation = Schema.encodeSync(Schema.toCodecJson(accessOperations.explain.output))

/** An explanation is read by people: without `--json` its lines are printed as they are. */
const explainCommand = Command.make(
  "explain",
  {
    resourceType: Argument.Literals("resource-type", ["course", "lesson"]).pipe(
      Argument.withDescription("What is to be read")
    ),
    id: Argument.String("id").pipe(Argument.withDescription("Its id")),
    userId: Flag.optional(
      Flag.String("user-id").pipe(
        Flag.withMetavar("uuid"),
        Flag.withDescription("On whose behalf is asked; without it, on one's own")
      )
    )
  },
  Effect.fnUntraced(function* ({ id, resourceType, userId }) {
    const about = Option.isSome(userId) ? { userId: userId.value } : {}
    const input = yield* decodeInput(accessOperations.explain, { resourceType, id, ...about })
    const access = yield* Access
    const explanation = yield* asActor(access.explain(input))
    if (yield* Json) return yield* print(encodeExplanation(explanation))
    yield* Console.log(harmless(explanation.lines.join("\n")))
  })
).pipe(
  Command.withDescription("Why somebody may read something, or why not, step by step"),
  Command.withExamples([
    {
      command: "lyceum access explain lesson 019a… --user-id 2f86c5a9-…",
      description: "What support staff ask when a learner complains"
    }
  ])
)

export const accessCommand = noun("access", "Who may read what, and why", [
  explainCommand as never,
  verb(Access, accessOperations, "myCourseAccess", {
    about: "The courses that somebody may read; use --as to say who"
  }),
  verb(Access, accessOperations, "myLessonAccess", {
    about: "The lessons that somebody may read; use --as to say who"
  }),
  verb(Access, accessOperations, "canReadCourse", {
    about: "Whether a course may be read",
    args: ["courseId"]
  }),
  verb(Access, accessOperations, "canReadLesson", {
    about: "Whether a lesson may be read",
    args: ["lessonId"]
  }),
  verb(Access, accessOperations, "canReadLessons", {
    about: "Whether several lessons may be read, in one question"
  }),
  verb(Access, accessOperations, "userCanAccess", {
    about: "Whether anything may be read, also on somebody's behalf",
    args: ["resourceType", "id"],
    fields: { resourceType: "What is to be read: course, lesson …", id: "Its id", userId: "On whose behalf" }
  }),
  verb(Access, accessOperations, "lessonsOfCourse", {
    about: "A course page: its lessons, and which may be read",
    args: ["courseId"]
  }),
  verb(Access, accessOperations, "readCourse", {
    about: "A course and what is in it, as somebody may see it",
    args: ["courseId"]
  }),
  verb(Access, accessOperations, "readLesson", {
    about: "The lesson itself, for who may read it",
    args: ["lessonId"]
  })
])

export const entitlementsCommand = noun("entitlements", "What people were given or paid for", [
  verb(Entitlements, entitlementOperations, "grant", {
    about: "Grant a tier or a course",
    examples: [
      {
        command: `lyceum entitlements grant --user-id 2f86c5a9-… --entitlement-type tier --entitlement-ref premium --source manual --reason "won a contest" --idempotency-key contest-7`,
        description: "By hand; the key makes it safe to repeat"
      }
    ]
  }),
  verb(Entitlements, entitlementOperations, "renew", {
    about: "Extend to the end of a period; never shortens",
    args: ["entitlementId"]
  }),
  verb(Entitlements, entitlementOperations, "cancel", {
    about: "Let it run to its end, and no longer",
    args: ["entitlementId"]
  }),
  verb(Entitlements, entitlementOperations, "revoke", {
    about: "End it at once and for good",
    args: ["entitlementId"]
  }),
  verb(Entitlements, entitlementOperations, "sweep", { about: "Mark what has ended as expired" }),
  verb(Entitlements, entitlementOperations, "list", { about: "Entitlements of a user, newest first" }),
  verb(Entitlements, entitlementOperations, "find", {
    about: "The entitlement that a source knows by a reference"
  }),
  verb(Entitlements, entitlementOperations, "listDead", {
    about: "What counts for nothing, since its tier or course is not there"
  })
])

export const tiersCommand = noun("tiers", "What a school sells", [
  verb(Tiers, tierOperations, "list", {
    about: "By rank, lowest first",
    columns: ["tierKey", "name", "sortOrder", "monthlyPriceCents", "currency", "isActive"]
  }),
  verb(Tiers, tierOperations, "create", { about: "Add a tier", args: ["tierKey"] }),
  verb(Tiers, tierOperations, "update", { about: "Change a tier", args: ["tierKey"] }),
  verb(Tiers, tierOperations, "deactivate", {
    about: "End its sale; who holds it keeps it",
    args: ["tierKey"]
  })
])

export const rulesCommand = noun("rules", "What courses ask for", [
  verb(Rules, ruleOperations, "get", { about: "The rule of a course", args: ["courseId"] }),
  verb(Rules, ruleOperations, "set", { about: "Ask for a tier", args: ["courseId"] }),
  verb(Rules, ruleOperations, "remove", { about: "Ask for nothing any more", args: ["courseId"] })
])

export const overridesCommand = noun("overrides", "Exceptions for single lessons", [
  verb(Overrides, overrideOperations, "list", { about: "All of a lesson", args: ["lessonId"] }),
  verb(Overrides, overrideOperations, "add", {
    about: "Open, lock, or ask for another tier, for a while or for good"
  }),
  verb(Overrides, overrideOperations, "remove", { about: "Remove one", args: ["overrideId"] })
])

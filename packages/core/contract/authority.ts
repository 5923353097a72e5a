/** Who may what in contract tests, until rbac answers: a table of people. */
import { Effect, Layer } from "effect"
import {
  type Actor,
  Authority,
  type Permission,
  type Standing,
  standingWithoutAccount
} from "../src/shared/actor.ts"
import type { UserId } from "../src/shared/id.ts"

export interface Person {
  readonly id: UserId
  readonly permissions?: ReadonlyArray<Permission>
  readonly onOwnCourses?: ReadonlyArray<Permission>
  readonly status?: Standing["status"]
}

/** Users in the table hold what it says; all others are plain members. */
export const authorityOf = (people: ReadonlyArray<Person>) => {
  const standingOf = (actor: Actor): Standing => {
    if (actor._tag !== "User") return standingWithoutAccount(actor)
    const person = people.find(({ id }) => id === actor.id)
    return {
      actor,
      status: person?.status ?? "active",
      roles: new Set(["member"]),
      permissions: new Set(person?.permissions),
      onOwnCourses: new Set(person?.onOwnCourses)
    }
  }
  return Layer.succeed(
    Authority,
    Authority.of({
      standingOf: (actor) => Effect.succeed(standingOf(actor)),
      admit: (actor) => Effect.succeed(standingOf(actor))
    })
  )
}

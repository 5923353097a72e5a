/** A course from its draft to its readers, over HTTP alone. Source: API-1, API-7, KER-13. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll } from "vitest"
import { lyceumApp } from "../src/index.ts"
import {
  ada,
  type Answered,
  ask,
  type Asking,
  ben,
  defaultOptions,
  memoryServices,
  openSchool,
  type School,
  tokenFor
} from "./school.ts"

let school: School
let [admin, member] = ["", ""]
beforeAll(async () => {
  school = await openSchool()
  ;[admin, member] = await Promise.all([tokenFor(ada), tokenFor(ben)])
})
afterAll(() => school.close())

/** Asks as the admin, and expects it to be done. */
const done = async (method: string, path: string, body?: unknown, asking: Asking = {}): Promise<Answered> => {
  const answer = await ask(school, method, path, {
    token: admin,
    ...(body !== undefined && { body }),
    ...asking
  })
  assert.isBelow(answer.status, 300, `${method} ${path}: ${answer.text}`)
  return answer
}
const told = ({ json, status }: Answered) => [status, json["code"]]

it("a course is written, reviewed, published, sold and read (API-1, API-7)", async () => {
  const course = (await done("POST", "/v1/courses", { title: "Introduction to AI", category: "ai" })).json[
    "id"
  ] as string
  const module = (
    await done("POST", `/v1/courses/${course}/modules`, { title: "Beginnings", isPublished: true })
  ).json["id"] as string
  const lesson = (
    await done("POST", `/v1/modules/${module}/lessons`, {
      type: "article",
      title: "What a model is",
      textContent: "A model is …"
    })
  ).json["id"] as string

  // Nobody sees a draft, not even that it is there.
  assert.deepStrictEqual(told(await ask(school, "GET", `/v1/courses/${course}`)), [
    404,
    "content.course_not_found"
  ])
  for (const item of [`/v1/lessons/${lesson}`, `/v1/courses/${course}`]) {
    await done("POST", `${item}/submission`, {})
    await done("POST", `${item}/approval`, {})
  }
  assert.strictEqual(
    (await done("GET", `/v1/courses/${course}`, undefined, { token: member })).json["title"],
    "Introduction to AI"
  )
  await done("PUT", `/v1/courses/${course}/access-rule`, { requiredTier: "premium" })

  // The paywall: visitors sign in, members pay, who has paid reads.
  const read = (asking: Asking) => ask(school, "GET", `/v1/lessons/${lesson}/reading`, asking)
  assert.deepStrictEqual(told(await read({})), [401, "access.sign_in_required"])
  const refused = await read({ token: member })
  assert.deepStrictEqual(told(refused), [402, "access.tier_required"])
  assert.strictEqual(refused.json["data"].requiredTier, "premium")
  const grant = { userId: ben, entitlementType: "tier", entitlementRef: "premium", source: "manual" }
  const granted = await ask(school, "POST", "/v1/entitlements", {
    token: admin,
    body: grant,
    headers: { "idempotency-key": "grant-1" }
  })
  assert.isBelow(granted.status, 300, granted.text)
  assert.strictEqual((await read({ token: member })).json["lesson"].textContent, "A model is …")

  // What was published moves on only along the workflow.
  assert.deepStrictEqual(
    told(await ask(school, "POST", `/v1/courses/${course}/restoration`, { token: admin, body: {} })),
    [409, "content.transition_not_allowed"]
  )
  const history = (await done("GET", `/v1/courses/${course}/history`)).json["items"] as ReadonlyArray<
    Record<string, unknown>
  >
  assert.strictEqual(history.length, 2)
})

it.effect("what could be taken back for a while is gone when the while is over (KER-13, IDN-7)", () =>
  Effect.gen(function* () {
    const start = Date.now()
    yield* TestClock.setTime(start)
    const app = yield* lyceumApp(defaultOptions)
    const as = (method: string, path: string, token: string, body?: unknown) =>
      Effect.promise(() => ask({ app }, method, path, { token, ...(body !== undefined && { body }) }))
    yield* as("PATCH", "/v1/me/settings", member, {})
    const { json } = yield* as("DELETE", "/v1/me", member)
    const until = Date.parse(json["restorableUntil"] as string)
    yield* TestClock.setTime(until)
    const later = yield* Effect.promise(() => tokenFor(ben, { exp: Math.floor(until / 1000) + 60 }))
    assert.deepStrictEqual(told(yield* as("POST", "/v1/me/restoration", later)), [
      410,
      "identity.restore_period_passed"
    ])
  }).pipe(Effect.provide(memoryServices))
)

/** What the database shows is what the core allows, on generated schools. Source: PG-10. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import * as fc from "fast-check"
import { knownOf, questionsIn } from "../../../core/contract/access-facts.ts"
import { actorsOf, ticks, type World, worldNow, worlds } from "../../../core/contract/access-worlds.ts"
import { isHidden } from "../../../core/src/access/rules/decide.ts"
import { verdictOf } from "../../../core/src/access/rules/policies.ts"
import { seesCourse, seesLesson, seesModule } from "../../../core/src/content/rules/visibility.ts"
import { standingOf } from "../../../core/src/rbac/index.ts"
import { type Actor, may, type Permission, permissions, userIdOf } from "../../../core/src/shared/actor.ts"
import { DateTime } from "effect"
import { ownersDatabase } from "../database.ts"

const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString())

/** The world as rows; written as a role that row-level security does not bind. */
const store = Effect.fnUntraced(function* (world: World, salt: number) {
  const sql = yield* SqlClient.SqlClient
  const into = (table: string, rows: ReadonlyArray<object>) => {
    if (rows.length === 0) return Effect.void
    const columns = sql.literal([...new Set(rows.flatMap((row) => Object.keys(row)))].join(", "))
    return Effect.asVoid(sql`insert into ${sql.literal(table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${sql.literal(table)}, ${JSON.stringify(rows)}::jsonb)`)
  }
  yield* sql`update access.deployment set course_default = ${world.courseDefault}`
  yield* into(
    "public.profiles",
    world.users.map(({ id, status }, index) => ({
      id,
      username: `w${salt}-${index}-person`,
      display_name: "P",
      bio: "",
      is_public: index % 2 === 0,
      locale: "en",
      time_zone: "UTC",
      status,
      deleted_at: status === "deleted" ? iso(worldNow) : null,
      version: 1,
      created_at: iso(worldNow),
      updated_at: iso(worldNow)
    }))
  )
  const roleIds = yield* sql<{ id: string; role_name: string }>`select id, role_name from rbac.roles`
  const roleId = (name: string) => roleIds.find((one) => one.role_name === name)!.id
  const stamps = { created_at: iso(worldNow), updated_at: iso(worldNow) }
  yield* into(
    "rbac.user_roles",
    world.users.flatMap(({ id, roles }) =>
      roles.map((role) => ({
        user_id: id,
        role_id: roleId(role.name),
        is_active: role.isActive,
        expires_at: role.isActive ? iso(role.expiresAt) : null,
        granted_at: iso(worldNow),
        ...stamps
      }))
    )
  )
  yield* into(
    "content.courses",
    world.courses.map((course) => ({
      id: course.id,
      slug: course.id,
      title: "t",
      description: "",
      category: "c",
      difficulty: "beginner",
      workflow_status: course.status,
      created_by: course.createdBy,
      instructor_id: course.instructorId,
      publish_at: iso(course.publishAt),
      submitted_at: course.status === "in_review" ? iso(worldNow) : null,
      published_at: iso(worldNow),
      search_text: "t",
      version: 1,
      learner_count: 0,
      ...stamps
    }))
  )
  const modules = world.courses.flatMap((course) =>
    course.modules.map((module, index) => ({ course, module, index }))
  )
  yield* into(
    "content.modules",
    modules.map(({ course, index, module }) => ({
      id: module.id,
      course_id: course.id,
      module_order: index + 1,
      key: `k${index}`,
      title: "t",
      description: "",
      learning_objectives: [],
      is_published: module.isPublished,
      version: 1,
      ...stamps
    }))
  )
  const lessons = modules.flatMap(({ course, module }) =>
    module.lessons.map((lesson, index) => ({ course, module, lesson, index }))
  )
  yield* into(
    "content.lessons",
    lessons.map(({ course, index, lesson, module }) => ({
      id: lesson.id,
      course_id: course.id,
      module_id: module.id,
      lesson_order: index + 1,
      slug: lesson.id,
      type: "quiz",
      title: "t",
      is_free_preview: lesson.isFreePreview,
      learning_objectives: [],
      prerequisites: [],
      drip: lesson.drip && ("opensAt" in lesson.drip ? { opensAt: iso(lesson.drip.opensAt) } : lesson.drip),
      text_content: "live",
      resources: [],
      quiz_config: {
        passingScore: 1,
        questions: [{ kind: "numeric", body: "?", answer: 1, explanation: "!" }]
      },
      workflow_status: lesson.status,
      published_at: iso(worldNow),
      submitted_at: lesson.status === "in_review" ? iso(worldNow) : null,
      version: 1,
      ...stamps
    }))
  )
  const keptAt = { data: { text_content: "kept" }, kept_at: iso(worldNow), ...stamps }
  yield* into(
    "content.published_courses",
    world.courses.filter(({ isKept }) => isKept).map(({ id }) => ({ course_id: id, ...keptAt }))
  )
  yield* into(
    "content.published_lessons",
    lessons
      .filter(({ lesson }) => lesson.isKept)
      .map(({ course, lesson }) => ({ lesson_id: lesson.id, course_id: course.id, ...keptAt }))
  )
  const tierIds = yield* sql<{ id: string; tier_key: string }>`select id, tier_key from access.tiers`
  const tierId = (key: string) => tierIds.find((one) => one.tier_key === key)!.id
  yield* into(
    "access.course_access_rules",
    world.courses.flatMap(({ id, rule }) =>
      rule === undefined
        ? []
        : [
            {
              course_id: id,
              required_tier_id: tierId(rule.requiredTier),
              is_active: rule.isActive,
              ...stamps
            }
          ]
    )
  )
  yield* into(
    "access.lesson_access_overrides",
    lessons.flatMap(({ lesson }) =>
      lesson.overrides.map((one) => ({
        id: one.id,
        lesson_id: lesson.id,
        override_type: one.type,
        required_tier_id: one.type === "require_tier" ? tierId(one.requiredTier) : null,
        starts_at: iso(one.startsAt),
        expires_at: iso(one.expiresAt),
        ...stamps
      }))
    )
  )
  yield* into(
    "access.user_entitlements",
    world.users.flatMap(({ entitlements, id }) =>
      entitlements.map((one) => ({
        id: one.id,
        user_id: id,
        entitlement_type: one.type,
        entitlement_ref: one.ref,
        status: one.status,
        starts_at: iso(one.startsAt),
        expires_at: iso(one.expiresAt),
        source: "test",
        revoked_at: one.status === "revoked" ? iso(worldNow) : null,
        revocation_reason: one.status === "revoked" ? "r" : null,
        ...stamps
      }))
    )
  )
  let progress = 0
  yield* into(
    "learn.user_progress",
    world.users.flatMap((user) =>
      user.progress.map(({ at, completed, lessonId }) => ({
        id: `${salt.toString(16).padStart(8, "0")}-0007-7000-8000-${(progress += 1).toString(16).padStart(12, "0")}`,
        user_id: user.id,
        lesson_id: lessonId,
        status: completed ? "completed" : "in_progress",
        completion_percentage: completed ? 100 : 1,
        time_spent_minutes: 0,
        attempts_count: 0,
        started_at: iso(at),
        completed_at: completed ? iso(at) : null,
        last_accessed_at: iso(at),
        bookmarks: [],
        created_at: iso(at),
        updated_at: iso(at)
      }))
    )
  )
})

/** What the database says to one actor at one instant: visible rows, and the functions' answers. */
const answersOf = Effect.fnUntraced(function* (world: World, actor: Actor, at: number) {
  const sql = yield* SqlClient.SqlClient
  const courses = world.courses.map(({ id }) => id)
  const lessons = world.courses.flatMap(({ modules }) =>
    modules.flatMap((module) => module.lessons.map(({ id }) => id))
  )
  const id = userIdOf(actor)
  yield* sql`select set_config('lyceum.now', ${iso(at)}, true)`
  const methods = yield* sql<{ id: string; method: string | null }>`
    select c::text as id, access.method_for(${id ?? null}::uuid, c, null) as method from unnest(${courses}::uuid[]) c
    union all select l::text, access.method_for(${id ?? null}::uuid, null, l) from unnest(${lessons}::uuid[]) l`
  const role = actor._tag === "Service" ? "service_role" : id === undefined ? "anon" : "authenticated"
  yield* sql`select set_config('role', ${role}, true),
    set_config('request.jwt.claims', ${id === undefined ? "" : JSON.stringify({ sub: id, role })}, true)`
  const rows = yield* sql<{ kind: string; id: string }>`
    select 'course' as kind, id::text from content.courses where id = any(${courses}::uuid[])
    union all select 'module', id::text from content.modules where course_id = any(${courses}::uuid[])
    union all select 'lesson', id::text from content.lessons where course_id = any(${courses}::uuid[])
    union all select 'rule', course_id::text from access.course_access_rules where course_id = any(${courses}::uuid[])
    union all select 'body', l::text from unnest(${lessons}::uuid[]) l where content.read_lesson(l) is not null`
  const bodies = yield* sql<{
    body: { quiz_config?: { questions: ReadonlyArray<object> }; text_content: string }
  }>`
    select content.read_lesson(l) as body from unnest(${lessons}::uuid[]) l where content.read_lesson(l) is not null`
  const mine =
    id === undefined
      ? []
      : yield* sql<{ permission: string; everywhere: boolean; own: boolean }>`
          select p as permission, rbac.has_permission(p) as everywhere, rbac.has_permission_on_own_courses(p) as own
          from unnest(${[...Object.keys(permissions), "made.up"]}::text[]) p`
  yield* sql`select set_config('role', 'none', true)`
  return { methods: new Map(methods.map((one) => [one.id, one.method])), rows, bodies, mine }
})

const roles = `
  insert into rbac.roles (id, role_name, description, is_system, sort_order, permissions_count)
    select gen_random_uuid(), name, '', false, 0, 1 from unnest(array['editor', 'reviewer', 'author']) name;
  insert into rbac.role_permissions (role_id, permission_id, on_own_courses)
    select r.id, p.id, r.role_name = 'author' from rbac.roles r join rbac.permissions p
      on p.permission_key = case r.role_name when 'reviewer' then 'content.review' else 'content.edit' end
    where r.role_name in ('editor', 'reviewer', 'author')`

/** By the core: what the actor may see of the world, named as `answersOf` names it. */
const byTheCore = (
  world: World,
  actor: Actor,
  at: number,
  rolesStored: Parameters<typeof standingOf>[0]["roles"]
) => {
  const now = DateTime.makeUnsafe(at)
  const known = knownOf(world, actor)
  const questions = questionsIn(world, actor)
  const standing = standingOf({
    actor,
    status: known.reader?.status ?? "active",
    assignments: (known.reader?.assignments ?? []).map(({ expiresAt, ...one }) =>
      expiresAt === undefined ? one : { ...one, expiresAt: DateTime.makeUnsafe(expiresAt) }
    ),
    roles: [...(known.reader?.roles ?? []), ...rolesStored],
    now
  })
  const visible: Array<string> = []
  for (const facts of questions) {
    if (facts.lesson === undefined) {
      const course = world.courses.find(({ id }) => id === facts.course.id)!
      if (course.rule !== undefined && (may(standing, "manage_content") || !isHidden(facts, at)))
        visible.push(`rule ${course.id}`)
    } else if (actor._tag !== "Service" && verdictOf(facts, at).allowed)
      visible.push(`body ${facts.lesson.id}`)
  }
  for (const course of world.courses) {
    const facts = {
      workflowStatus: course.status,
      ...(course.publishAt !== undefined && { publishAt: DateTime.makeUnsafe(course.publishAt) }),
      ...(course.createdBy !== undefined && { createdBy: course.createdBy }),
      ...(course.instructorId !== undefined && { instructorId: course.instructorId })
    }
    if (seesCourse(standing, facts, now)) visible.push(`course ${course.id}`)
    for (const module of course.modules) {
      if (seesModule(standing, facts, module, now)) visible.push(`module ${module.id}`)
      for (const lesson of module.lessons) {
        const at = { course: facts, module, lesson: { workflowStatus: lesson.status } }
        if (seesLesson(standing, at, now)) visible.push(`lesson ${lesson.id}`)
      }
    }
  }
  const methods = new Map(
    questions.map((facts) => {
      const verdict = verdictOf(facts, at)
      return [(facts.lesson ?? facts.course).id as string, verdict.allowed ? verdict.method : null]
    })
  )
  return { standing, visible: visible.sort(), methods }
}

it.layer(ownersDatabase, { excludeTestServices: true, timeout: "300 seconds" })(
  "The database and the core",
  (it) => {
    it.effect(
      "agree on who sees and reads what, in generated schools at every edge (PG-10, ACC-3, ACC-4, CON-5, RBAC-7)",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          for (const statement of roles.split(";\n")) yield* sql.unsafe(statement).unprepared
          const shipped = (yield* sql<{ role: Parameters<typeof standingOf>[0]["roles"][number] }>`
        select jsonb_build_object('id', r.id, 'roleName', r.role_name, 'isSystem', r.is_system, 'sortOrder', r.sort_order,
          'permissions', (select coalesce(jsonb_agg(jsonb_build_object('permission', p.permission_key, 'onOwnCourses', h.on_own_courses)), '[]')
            from rbac.role_permissions h join rbac.permissions p on p.id = h.permission_id where h.role_id = r.id)) as role
        from rbac.roles r where r.is_system`).map(({ role }) => role)
          const counted = { answers: 0, rows: 0, allowed: 0 }
          for (let salt = 1; salt <= 40; salt += 1) {
            const [world] = fc.sample(worlds({ users: 3, courses: 3 }, salt), { numRuns: 1, seed: salt })
            yield* store(world!, salt)
            for (const actor of actorsOf(world!, salt)) {
              for (let at = worldNow - ticks.before - 1; at <= worldNow + ticks.after; at += 5) {
                const told = yield* sql.withTransaction(answersOf(world!, actor, at))
                const core = byTheCore(world!, actor, at, shipped)
                const name = `world ${salt}, ${JSON.stringify(actor)}, ${at - worldNow} ms`
                if (actor._tag !== "Service") {
                  assert.deepStrictEqual([...told.methods].sort(), [...core.methods].sort(), name)
                  assert.deepStrictEqual(
                    told.rows.map(({ id, kind }) => `${kind} ${id}`).sort(),
                    core.visible,
                    name
                  )
                } else {
                  const all = told.rows
                    .map(({ id, kind }) => `${kind} ${id}`)
                    .filter((row) => !row.startsWith("body"))
                    .sort()
                  assert.deepStrictEqual(all, core.visible, name)
                }
                for (const { body } of told.bodies)
                  for (const question of body.quiz_config?.questions ?? [])
                    assert.notProperty(question, "answer")
                for (const { everywhere, own, permission } of told.mine) {
                  assert.strictEqual(
                    everywhere,
                    core.standing.permissions.has(permission as Permission),
                    `${name} ${permission}`
                  )
                  assert.strictEqual(
                    own,
                    core.standing.onOwnCourses.has(permission as Permission),
                    `${name} ${permission}`
                  )
                }
                counted.answers += told.methods.size
                counted.rows += told.rows.length
                counted.allowed += [...told.methods.values()].filter((method) => method !== null).length
              }
            }
          }
          // Both answers must have come up often, or the comparison says little.
          assert.isAbove(counted.allowed, 1000)
          assert.isAbove(counted.answers - counted.allowed, 1000)
          yield* Effect.logInfo(`${counted.answers} answers and ${counted.rows} rows compared`)
        })
    )
  }
)

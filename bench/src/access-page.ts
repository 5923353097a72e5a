/**
 * A course page of 100 lessons for a user, from PostgreSQL: the use case, beside one query written by hand that decides
 * in SQL, and beside a plpgsql function that is called once per lesson, as a client of the original system does. All must agree
 * on every lesson.
 *
 * The function and the query know what the data hold: entitlements, tiers, previews, overrides, dates. Ours answers
 * until when each decision holds, too.
 */
import { Access } from "@lyceum/core/access"
import { CourseId, CurrentActor, user, UserId } from "@lyceum/core/shared"
import { Effect, ManagedRuntime } from "effect"
import { SqlClient } from "effect/sql"
import { type Bench, caseOf, interleaved, randomFrom, ratiosOf } from "./measure.ts"
import { schoolOnPostgres } from "./postgres.ts"

const size = { courses: 200, lessonsPerCourse: 100, users: 10_000 }
const id = (kind: number, index: number) =>
  `0195${String(kind).padStart(4, "0")}-0000-7000-8000-${String(index).padStart(12, "0")}`

/** `kind` and a number expression of SQL as an id: the SQL twin of `id`. */
const sqlId = (kind: number, index: string) =>
  `('0195${String(kind).padStart(4, "0")}-0000-7000-8000-' || lpad((${index})::text, 12, '0'))::uuid`

/** 2 % of lessons have an override, 5 % are previews, 3 % open at a date; users hold 0 to 4 entitlements. */
const fill = [
  `insert into public.profiles (id, username, display_name)
   select ${sqlId(1, "n")}, 'user-' || n, 'User ' || n from generate_series(0, ${size.users - 1}) n`,
  `insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, published_at, search_text, version)
   select ${sqlId(2, "n")}, 'course-' || n, 'Course', '', 'craft', 'beginner', 'published', now(), '', 1
   from generate_series(0, ${size.courses - 1}) n`,
  `insert into content.modules (id, course_id, module_order, key, title, description, learning_objectives, is_published, version)
   select ${sqlId(6, "c * 10 + m")}, ${sqlId(2, "c")}, m + 1, 'module-' || m, 'Module', '', '{}', true, 1
   from generate_series(0, ${size.courses - 1}) c, generate_series(0, 9) m`,
  `insert into content.lessons (id, course_id, module_id, lesson_order, slug, type, title, is_free_preview, learning_objectives,
     prerequisites, drip, text_content, resources, workflow_status, published_at, version)
   select ${sqlId(3, "c * 100 + l")}, ${sqlId(2, "c")}, ${sqlId(6, "c * 10 + l / 10")}, l % 10 + 1, 'lesson-' || l, 'article', 'Lesson',
     (c * 100 + l) % 20 = 7, '{}', '{}', case when (c * 100 + l) % 33 = 5 then jsonb_build_object('opensAt', '2030-01-01T00:00:00.000Z') end,
     repeat('text ', 400), '[]', 'published', now(), 1
   from generate_series(0, ${size.courses - 1}) c, generate_series(0, ${size.lessonsPerCourse - 1}) l`,
  `insert into access.course_access_rules (course_id, required_tier_id, is_active)
   select ${sqlId(2, "n")}, t.id, true from generate_series(0, ${size.courses - 1}) n join access.tiers t on t.sort_order = 10 * (n % 5)`,
  `insert into access.lesson_access_overrides (id, lesson_id, override_type, required_tier_id, starts_at, expires_at)
   select ${sqlId(5, "n")}, ${sqlId(3, "n")}, (array['open', 'locked', 'require_tier']::access.override_type[])[n / 50 % 3 + 1],
     case when n / 50 % 3 = 2 then (select id from access.tiers where tier_key = 'basic') end, '2020-01-01', '2040-01-01'
   from generate_series(0, ${size.courses * size.lessonsPerCourse - 1}, 50) n`,
  `insert into access.user_entitlements (id, user_id, entitlement_type, entitlement_ref, status, starts_at, expires_at, source)
   select ${sqlId(4, "u * 10 + e")}, ${sqlId(1, "u")}, (case when e % 2 = 0 then 'tier' else 'course_specific' end)::access.entitlement_type,
     case when e % 2 = 0 then (array['free', 'basic', 'premium', 'enterprise'])[(u + e) % 4 + 1] else ${sqlId(2, `(u * 7 + e) % ${size.courses}`)}::text end,
     'active', '2020-01-01', case when (u + e) % 4 = 0 then '2021-01-01'::timestamptz else '2040-01-01' end, 'bench'
   from generate_series(0, ${size.users - 1}) u, generate_series(1, 4) e where e <= u % 5`,
  "analyze"
]

/** The decision in SQL; the words are those of ours. */
const byHand = `
  with held as (
    select e.entitlement_type, e.entitlement_ref, e.expires_at, e.id from access.user_entitlements e
    where e.user_id = $1::uuid and e.status <> 'revoked' and e.starts_at <= now() and (e.expires_at is null or e.expires_at > now())
  ), me as (
    select p.status, coalesce((select max(t.sort_order) from held h join access.tiers t on t.tier_key = h.entitlement_ref), 0) as rank,
      (select case h.entitlement_type when 'course_specific' then 'course_entitlement' else h.entitlement_type::text end from held h
        where h.entitlement_ref = $2 order by h.expires_at desc nulls first, h.id limit 1) as given,
      exists (select 1 from rbac.user_roles r join rbac.role_permissions rp on rp.role_id = r.role_id
        join rbac.permissions q on q.id = rp.permission_id and q.permission_key = 'content.edit'
        where r.user_id = $1::uuid and r.is_active and (r.expires_at is null or r.expires_at > now())) as staff
    from public.profiles p where p.id = $1::uuid
  )
  select l.id, case
      when me.status <> 'active' then 'suspended'
      when o.override_type = 'locked' then 'locked'
      when l.drip is not null and (l.drip ->> 'opensAt')::timestamptz > now()
        and not exists (select 1 from learn.user_progress p where p.user_id = $1::uuid and p.lesson_id = l.id and p.completed_at is not null)
        then 'not_yet_open'
      when l.is_free_preview then 'free_preview'
      when o.override_type = 'open' then 'override_open'
      when coalesce(ot.sort_order, rt.sort_order) is null then 'open'
      when me.given is not null then me.given
      when me.rank >= coalesce(ot.sort_order, rt.sort_order) then 'tier'
      when c.created_by = $1::uuid or c.instructor_id = $1::uuid then 'own'
      when me.staff then 'staff'
      else 'tier_required' end as answer
  from content.lessons l
  join content.modules m on m.id = l.module_id and m.course_id = l.course_id and m.is_published
  join content.courses c on c.id = l.course_id and c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= now())
  cross join me
  left join access.course_access_rules r on r.course_id = c.id and r.is_active
  left join access.tiers rt on rt.id = r.required_tier_id
  left join lateral (
    select o.override_type, o.required_tier_id from access.lesson_access_overrides o
    where o.lesson_id = l.id and (o.starts_at is null or o.starts_at <= now()) and (o.expires_at is null or o.expires_at > now())
    order by (o.override_type = 'locked') desc, o.starts_at desc nulls last limit 1) o on true
  left join access.tiers ot on ot.id = o.required_tier_id
  where l.course_id = $2::uuid and l.workflow_status = 'published'
  order by m.module_order, l.lesson_order limit 100`

/** The functions of the original system, in its division: one door for all, over lesson, course, rank and permission. */
export const accessFunctions = [
  `create function access.bench_has_permission(asker uuid, wanted text) returns boolean language plpgsql stable as $body$
  begin
    return exists (select 1 from rbac.user_roles r join rbac.role_permissions h on h.role_id = r.role_id
      join rbac.permissions p on p.id = h.permission_id and p.permission_key = wanted
      where r.user_id = asker and r.is_active and (r.expires_at is null or r.expires_at > now()));
  end $body$`,
  `create function access.bench_rank(asker uuid) returns int language plpgsql stable as $body$
  begin
    return (select coalesce(max(t.sort_order), 0) from access.user_entitlements e join access.tiers t on t.tier_key = e.entitlement_ref
      where e.user_id = asker and e.status <> 'revoked' and e.starts_at <= now() and (e.expires_at is null or e.expires_at > now()));
  end $body$`,
  `create function access.bench_can_read_course(asker uuid, course uuid, instead uuid) returns text language plpgsql stable as $body$
  declare
    found record; required int; given text;
  begin
    select c.workflow_status, c.publish_at, c.created_by, c.instructor_id into found from content.courses c where c.id = course;
    if found.workflow_status <> 'published' or found.publish_at > now() then return 'not_published'; end if;
    select t.sort_order into required from access.tiers t where t.id = coalesce(instead,
      (select r.required_tier_id from access.course_access_rules r where r.course_id = course and r.is_active));
    if required is null then return 'open'; end if;
    select case e.entitlement_type when 'course_specific' then 'course_entitlement' else e.entitlement_type::text end into given
      from access.user_entitlements e where e.user_id = asker and e.entitlement_ref = course::text and e.status <> 'revoked'
        and e.starts_at <= now() and (e.expires_at is null or e.expires_at > now()) order by e.expires_at desc nulls first, e.id limit 1;
    if given is not null then return given; end if;
    if access.bench_rank(asker) >= required then return 'tier'; end if;
    if found.created_by = asker or found.instructor_id = asker then return 'own'; end if;
    if access.bench_has_permission(asker, 'content.edit') then return 'staff'; end if;
    return 'tier_required';
  end $body$`,
  `create function access.bench_can_read_lesson(asker uuid, lesson uuid) returns text language plpgsql stable as $body$
  declare
    found record; asked record;
  begin
    select l.course_id, l.workflow_status, l.is_free_preview, l.drip, m.is_published into found
      from content.lessons l join content.modules m on m.id = l.module_id where l.id = lesson;
    if found.workflow_status <> 'published' or not found.is_published then return 'not_published'; end if;
    if exists (select 1 from public.profiles p where p.id = asker and p.status <> 'active') then return 'suspended'; end if;
    select o.override_type, o.required_tier_id into asked from access.lesson_access_overrides o
      where o.lesson_id = lesson and (o.starts_at is null or o.starts_at <= now()) and (o.expires_at is null or o.expires_at > now())
      order by (o.override_type = 'locked') desc, o.starts_at desc nulls last limit 1;
    if asked.override_type = 'locked' then return 'locked'; end if;
    if (found.drip ->> 'opensAt')::timestamptz > now() and not exists (select 1 from learn.user_progress p
      where p.user_id = asker and p.lesson_id = lesson and p.completed_at is not null) then return 'not_yet_open'; end if;
    if found.is_free_preview then return 'free_preview'; end if;
    if asked.override_type = 'open' then return 'override_open'; end if;
    return access.bench_can_read_course(asker, found.course_id, asked.required_tier_id);
  end $body$`,
  `create function access.bench_user_can_access(asker uuid, resource_type text, resource uuid) returns jsonb language plpgsql stable as $body$
  declare
    answer text;
  begin
    answer := case resource_type when 'lesson' then access.bench_can_read_lesson(asker, resource)
      else access.bench_can_read_course(asker, resource, null) end;
    return jsonb_build_object('method', answer, 'can_access',
      answer not in ('not_published', 'suspended', 'locked', 'not_yet_open', 'tier_required'));
  end $body$`
]

interface Row {
  readonly id: string
  readonly answer: string
}

export const bench: Bench = async ({ quick }) => {
  const runtime = ManagedRuntime.make(schoolOnPostgres)
  try {
    const access = await runtime.runPromise(Access)
    const sql = await runtime.runPromise(SqlClient.SqlClient)
    console.log(`filling: ${size.courses * size.lessonsPerCourse} lessons, ${size.users} users`)
    for (const statement of [...fill, ...accessFunctions])
      await runtime.runPromise(sql.unsafe(statement).unprepared)

    const random = randomFrom(7)
    const questions = Array.from({ length: 400 }, () => ({
      userId: UserId.make(id(1, random(size.users))),
      courseId: CourseId.make(id(2, random(size.courses)))
    }))
    type Question = (typeof questions)[number]
    const ours = ({ courseId, userId }: Question) =>
      Effect.map(
        Effect.provideService(access.lessonsOfCourse({ courseId, limit: 100 }), CurrentActor, user(userId)),
        ({ items }) =>
          items.map(({ decision, lessonId }): Row => ({
            id: lessonId,
            answer: decision.allowed ? decision.method : decision.reason
          }))
      )
    const query = ({ courseId, userId }: Question) => sql.unsafe<Row>(byHand, [userId, courseId])
    const functionEach = Effect.fnUntraced(function* ({ courseId, userId }: Question) {
      const lessons = yield* sql<{
        readonly id: string
      }>`select l.id from content.lessons l join content.modules m on m.id = l.module_id
        where l.course_id = ${courseId}::uuid and m.course_id = ${courseId}::uuid order by m.module_order, l.lesson_order`
      return yield* Effect.forEach(lessons, (lesson) =>
        Effect.map(
          sql<{ readonly answer: { readonly method: string } }>`
            select access.bench_user_can_access(${userId}::uuid, 'lesson', ${lesson.id}::uuid) as answer`,
          ([row]): Row => ({ id: lesson.id, answer: row?.answer.method ?? "" })
        )
      )
    })

    const counts = new Map<string, number>()
    for (const question of questions.slice(0, 40)) {
      const [a, b, c] = await runtime.runPromise(
        Effect.all([ours(question), query(question), functionEach(question)])
      )
      const answers = (rows: ReadonlyArray<Row>) => rows.map((row) => `${row.id} ${row.answer}`).join("\n")
      if (a.length !== 100 || answers(a) !== answers(b) || answers(a) !== answers(c))
        throw new Error("the three disagree")
      for (const { answer } of a) counts.set(answer, (counts.get(answer) ?? 0) + 1)
    }
    console.log("all agree:", Object.fromEntries(counts))

    const side = (count: number, ask: (question: Question) => Effect.Effect<unknown, unknown>) => ({
      operations: count,
      run: () => runtime.runPromise(Effect.forEach(questions.slice(0, count), ask, { discard: true }))
    })
    const costs = await interleaved(
      { ours: side(200, ours), query: side(200, query), function: side(quick ? 3 : 10, functionEach) },
      { rounds: quick ? 9 : 25, by: "wall" }
    )
    const middle = (all: ReadonlyArray<number>) =>
      Math.round([...all].sort((x, y) => x - y)[all.length >> 1] ?? NaN)
    console.log(
      `a page takes ${middle(costs.ours)} µs, by hand ${middle(costs.query)} µs, by the function ${middle(costs.function)} µs`
    )
    return [
      caseOf(
        "access-page",
        "one query by hand (at most 1.3 times its cost)",
        ratiosOf(costs.ours, costs.query),
        1 / 1.3
      ),
      caseOf("access-page", "a plpgsql function per lesson", ratiosOf(costs.ours, costs.function), 20)
    ]
  } finally {
    await runtime.dispose()
  }
}

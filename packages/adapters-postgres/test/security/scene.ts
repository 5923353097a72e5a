/** A small school in which every table has rows that one actor sees and another does not. Ids are digests of names. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Who looks. `service` is our own hand; `owner` owns the tables, and is bound all the same; `suspended` and `left` (who deleted their profile) have lost what they held. */
export const actors = [
  "anon",
  "member",
  "other",
  "creator",
  "reviewer",
  "moderator",
  "admin",
  "suspended",
  "left",
  "owner",
  "service"
] as const
export type ActorName = (typeof actors)[number]

const id = (name: string) => `md5('${name}')::uuid`
const person = (name: string, status: string, isPublic: boolean) =>
  `(${id(name)}, '${name}-person', '${name}@example.org', '${name}', '${status}', ${isPublic}, ${status === "deleted" ? "'2026-01-01'::timestamptz" : "null"})`

const people = `
  insert into public.profiles (id, username, email, display_name, status, is_public, deleted_at) values
    ${person("member", "active", false)}, ${person("other", "active", true)}, ${person("creator", "active", true)},
    ${person("reviewer", "active", false)}, ${person("moderator", "active", false)}, ${person("admin", "active", false)},
    ${person("suspended", "suspended", true)}, ${person("left", "deleted", true)};
  insert into public.user_settings (user_id) select id from public.profiles;
  insert into public.profile_viewings (viewer_id, viewed_id, until) values (${id("admin")}, ${id("member")}, '9999-01-01');
  insert into public.user_consents (id, user_id, entry_no, consent_type, decision, document_version, decided_at, source)
    select md5(display_name || ' consent')::uuid, id, 1, 'terms', 'granted', '1', now(), 'test' from public.profiles;
  insert into public.profile_links (id, user_id, link_type, url, sort_order, is_public)
    select md5(display_name || case n when 1 then ' open link' else ' closed link' end)::uuid, id, 'other', 'https://example.org', n, n = 1
    from public.profiles, generate_series(1, 2) n;
  insert into rbac.user_roles (user_id, role_id, is_active, granted_at)
    select ${id("moderator")}, id, true, now() from rbac.roles where role_name = 'moderator'
    union all select ${id("creator")}, id, true, now() from rbac.roles where role_name = 'instructor'
    union all select u, id, true, now() from rbac.roles, unnest(array[${id("admin")}, ${id("suspended")}, ${id("left")}]) u where role_name = 'admin'
    union all select ${id("member")}, id, true, now() from rbac.roles where role_name = 'premium_member';
  insert into rbac.roles (id, role_name, description, is_system, sort_order, permissions_count)
    values (${id("reviewing role")}, 'reviewing', '', false, 1, 1);
  insert into rbac.role_permissions (role_id, permission_id)
    select ${id("reviewing role")}, id from rbac.permissions where permission_key = 'content.review';
  insert into rbac.user_roles (user_id, role_id, is_active, granted_at) values (${id("reviewer")}, ${id("reviewing role")}, true, now());
  update rbac.user_roles set expires_at = '2020-01-01' where user_id = ${id("member")};
  insert into rbac.role_grants_log (id, user_id, role_id, operation, performed_by_service, created_at)
    select md5('grant ' || user_id)::uuid, user_id, role_id, 'GRANT', 'test', now() from rbac.user_roles;
  insert into rbac.roles (id, role_name, description, is_system, sort_order, permissions_count, deleted_at)
    values (${id("gone role")}, 'gone', '', false, 1, 1, now());
  insert into rbac.role_permissions (role_id, permission_id)
    select ${id("gone role")}, id from rbac.permissions where permission_key = 'content.edit'`

const course = (
  name: string,
  status: string,
  extra: { by?: string; publishAt?: string; teaches?: string } = {}
) =>
  `(${id(`${name} course`)}, '${name}', '${name}', '', 'c', 'beginner', '${status}', ${extra.by ? id(extra.by) : "null"},
    ${extra.teaches ? id(extra.teaches) : "null"}, ${status === "in_review" ? "now()" : "null"},
    ${status === "published" ? "now()" : "null"}, ${extra.publishAt ? `'${extra.publishAt}'::timestamptz` : "null"}, '${name}', 1)`
const lesson = (name: string, of: string, module: string, status: string, order = 1) =>
  `(${id(`${name} lesson`)}, ${id(`${of} course`)}, ${id(`${module} module`)}, ${order}, '${name}', 'article', '${name}', false, '{}', '{}',
    'body', '[]', '${status}', ${status === "in_review" ? "now()" : "null"}, ${status === "published" ? "now()" : "null"}, 1)`
const module = (name: string, of: string, shown: boolean, order = 1) =>
  `(${id(`${name} module`)}, ${id(`${of} course`)}, ${order}, '${name}', '${name}', '', '{}', ${shown}, 1)`

const content = `
  insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, created_by, instructor_id,
      submitted_at, published_at, publish_at, search_text, version) values
    ${course("live", "published", { by: "creator" })}, ${course("open", "published")},
    ${course("draft", "draft", { by: "creator" })}, ${course("foreign", "draft", { by: "other" })},
    ${course("taught", "draft", { by: "other", teaches: "creator" })},
    ${course("review", "in_review", { by: "other" })}, ${course("later", "published", { by: "other", publishAt: "2090-01-01" })},
    ${course("kept", "archived", { by: "admin" })}, ${course("revised", "archived", { by: "admin" })},
    ${course("left", "draft", { by: "suspended" })};
  insert into content.modules (id, course_id, module_order, key, title, description, learning_objectives, is_published, version) values
    ${module("live", "live", true)}, ${module("hidden", "live", false, 2)}, ${module("draft", "draft", true)},
    ${module("foreign", "foreign", true)}, ${module("review", "review", true)}, ${module("later", "later", true)},
    ${module("kept", "kept", true)}, ${module("revised", "revised", true)}, ${module("left", "left", true)};
  insert into content.lessons (id, course_id, module_id, lesson_order, slug, type, title, is_free_preview, learning_objectives,
      prerequisites, text_content, resources, workflow_status, submitted_at, published_at, version) values
    ${lesson("live", "live", "live", "published")}, ${lesson("draft", "live", "live", "draft", 2)},
    ${lesson("hidden", "live", "hidden", "published")}, ${lesson("submitted", "foreign", "foreign", "in_review")},
    ${lesson("later", "later", "later", "published")}, ${lesson("own", "draft", "draft", "draft")},
    ${lesson("kept", "kept", "kept", "archived")}, ${lesson("revised", "revised", "revised", "archived")},
    ${lesson("unpublished", "review", "review", "published")}, ${lesson("left", "left", "left", "draft")};
  insert into content.revisions (id, item_type, course_id, lesson_id, content, workflow_status, submitted_at) values
    (${id("live revision")}, 'course', ${id("live course")}, null, '{"title": "t"}', 'draft', null),
    (${id("revised revision")}, 'course', ${id("revised course")}, null, '{"title": "t"}', 'in_review', now()),
    (${id("revised lesson revision")}, 'lesson', ${id("revised course")}, ${id("revised lesson")}, '{"title": "t"}', 'in_review', now()),
    (${id("foreign lesson revision")}, 'lesson', ${id("later course")}, ${id("later lesson")}, '{"title": "t"}', 'draft', null);
  insert into content.published_courses (course_id, data, kept_at) values (${id("kept course")}, '{}', now());
  insert into content.scheduled_publications (course_id, publish_at) values (${id("later course")}, '9999-01-01');
  insert into content.published_lessons (lesson_id, course_id, data, kept_at)
    select ${id("kept lesson")}, ${id("kept course")}, jsonb_build_object('text_content', 'kept body'), now();
  insert into content.course_slugs (slug, course_id, is_reserved) select slug, id, true from content.courses;
  insert into content.course_slugs (slug, is_reserved) values ('of-nobody', true);
  insert into content.lesson_slugs (course_id, slug, lesson_id, is_reserved) select course_id, slug, id, true from content.lessons;
  insert into content.tags (id, slug, name, description, tag_category, is_featured) values (${id("tag")}, 'tag', 'Tag', '', 'c', false);
  insert into content.course_tags (course_id, tag_id) select id, ${id("tag")} from content.courses;
  insert into content.workflow_history (item_type, item_id, version, is_revision, transition_name, from_status, to_status, actor, occurred_at)
    select 'course'::content.item_type, id, 1, false, 'submit_for_review'::content.transition_name, 'draft'::content.workflow_status, 'in_review'::content.workflow_status, '{}'::jsonb, now() from content.courses
    union all select 'lesson', id, 1, false, 'submit_for_review', 'draft', 'in_review', '{}', now() from content.lessons`

const access = `
  insert into access.course_access_rules (course_id, required_tier_id, is_active)
    select c.id, t.id, true from content.courses c, access.tiers t where t.tier_key = 'premium' and c.slug <> 'open';
  update access.tiers set is_active = false where tier_key = 'enterprise';
  insert into access.lesson_access_overrides (id, lesson_id, override_type) values (${id("override")}, ${id("live lesson")}, 'open');
  insert into access.user_entitlements (id, user_id, entitlement_type, entitlement_ref, status, starts_at, source) values
    (${id("tier entitlement")}, ${id("member")}, 'tier', 'premium', 'active', '2020-01-01', 'test'),
    (${id("course entitlement")}, ${id("other")}, 'course_specific', ${id("kept course")}::text, 'active', '2020-01-01', 'test'),
    (${id("left entitlement")}, ${id("left")}, 'course_specific', ${id("kept course")}::text, 'active', '2020-01-01', 'test');
  insert into learn.user_progress (id, user_id, lesson_id, status, completion_percentage, time_spent_minutes, attempts_count,
      last_accessed_at, bookmarks)
    select md5(display_name || ' progress')::uuid, id, ${id("live lesson")}, 'not_started', 0, 0, 0, now(), '[]' from public.profiles;
  insert into learn.course_completions (user_id, course_id, completed_at) values (${id("member")}, ${id("live course")}, now());
  insert into learn.heartbeats (user_id, heard_at) values (${id("member")}, now());
  insert into learn.lesson_analytics (id, user_id, lesson_id, event_type, event_data, event_timestamp)
    values (${id("member")}, ${id("member")}, ${id("live lesson")}, 'start', '{}', now());
  insert into media.assets (id, external_provider, external_id, external_url, asset_type, access_level, upload_status, uploaded_by) values
    (${id("creator asset")}, 's3', 'a', 'https://example.org/a', 'video', 'public', 'ready', ${id("creator")}),
    (${id("other asset")}, 's3', 'b', 'https://example.org/b', 'video', 'public', 'ready', ${id("other")}),
    (${id("nobody asset")}, 's3', 'c', 'https://example.org/c', 'video', 'public', 'ready', null);
  insert into media.asset_variants (id, asset_id, variant_type, quality_label, external_url, status)
    select md5('variant ' || id)::uuid, id, 'source', 'source', 'https://example.org', 'ready' from media.assets`

const ground = `
  insert into util.event_outbox (id, event_name, event_version, occurred_at, actor, actor_name, event_key, subjects, subject_ids, payload)
    values (${id("event")}, 'a.b', 1, now(), '{}', 'x', 'k', '{}', '{}', '{}');
  insert into util.event_deliveries (event_id, subscriber, event_position, event_key, status, attempts, next_at)
    values (${id("event")}, 's', 1, 'k', 'pending', 0, now());
  insert into util.idempotency_keys (actor, command, key, fingerprint, answer, remembered_at) values ('a', 'c', 'k', 'f', '1', now());
  insert into util.api_keys (id, name, digest, scopes) values (${id("key")}, 'k', repeat('a', 64), '{x}');
  insert into util.webhook_subscriptions (id, url, events, status, secret) values (${id("hook")}, 'https://example.org', '{x}', 'enabled', 's');
  insert into util.webhook_deliveries (id, subscription_id, event_id, event_name, status, attempts) values (${id("sent")}, ${id("hook")}, ${id("event")}, 'a.b', 'pending', 0);
  insert into util.jobs (id, kind, payload, status, attempts, max_attempts, run_at) values (${id("job")}, 'schedule', '{}', 'pending', 0, 1, now());
  insert into util.address_salts (day, salt) values ('2026-01-01', decode(repeat('00', 32), 'hex'));
  insert into util.read_only_times (started_at, ended_at) values ('2026-01-01', '2026-01-02')`

const assessments = `
  insert into assessments.assessments (id, scope, course_id, title, type, gives_certificate, passing_score, grading_mode, grade_policy,
      shuffle_questions, shuffle_answers, on_expiry, review, is_published, version)
    values (${id("assessment")}, 'course', ${id("live course")}, 'Quiz', 'quiz', false, 50, 'auto', 'highest', false, false, 'discard', '{}', true, 1);
  insert into assessments.attempts (id, user_id, assessment_id, attempt_no, status, attempt_seed, content_snapshot,
      content_snapshot_hash, responses, revision, started_at, on_expiry)
    select md5(display_name || ' attempt')::uuid, id, ${id("assessment")}, 1, 'in_progress', repeat('1', 32), '{}', repeat('a', 64), '[]', 0,
      now(), 'discard' from public.profiles;
  insert into assessments.accommodations (assessment_id, user_id, extra_time_sec, reason) values (${id("assessment")}, ${id("member")}, 60, 'r');
  insert into assessments.grading_audit (attempt_id, action_type, performed_by, performed_at, previous_state, new_state)
    values (${id("member attempt")}, 'accommodation_changed', '{}', now(), '{}', '{}');
  insert into assessments.questions (id, type, body, points, tags, is_reusable, usage_count, question_version, version)
    values (${id("question")}, 'open_text', 'Why?', 1, '{}', true, 1, 1, 1);
  insert into assessments.question_versions (question_id, question_version, content) values (${id("question")}, 1, '{}');
  insert into assessments.assessment_items (assessment_id, question_id, display_order, is_required)
    values (${id("assessment")}, ${id("question")}, 1, false);
  insert into assessments.corrections (id, assessment_id, question_id, question_version, act, reason)
    values (${id("correction")}, ${id("assessment")}, ${id("question")}, 1, '{"kind": "dropped"}', 'r');
  insert into assessments.review_claims (attempt_id, grader, until) values (${id("member attempt")}, ${id("creator")}, now())`

const certificates = `
  insert into assessments.certificates (id, user_id, attempt_id, assessment_id, scope, course_id, serial_number, verify_hash, nonce,
      name_hash, name_salt, recipient_name, title, percentage, earned_at, issued_at)
    select md5(display_name || ' certificate')::uuid, id, md5(display_name || ' attempt')::uuid, ${id("assessment")}, 'course',
      ${id("live course")}, 'LYC-2026-' || lpad(row_number() over (order by display_name)::text, 8, '0') || '0',
      md5(display_name) || md5(''), repeat('a', 32), repeat('b', 64), repeat('c', 32), display_name, 'Live',
      '{"numerator": "80", "denominator": "1"}', now(), now() from public.profiles;
  insert into assessments.certificate_revocations (certificate_id, reason, revoked_at)
    values (${id("other certificate")}, 'for a reason', now());
  insert into public.certificate_verification_logs (id, success, response_time_ms) values (${id("verification")}, true, 1)`

/** Every name that an id stands for. */
const namedIds = [
  ...["member", "other", "creator", "reviewer", "moderator", "admin", "suspended", "left"].flatMap((name) => [
    name,
    ...["consent", "open link", "closed link", "progress", "attempt", "certificate"].map(
      (thing) => `${name} ${thing}`
    )
  ]),
  ...["live", "open", "draft", "foreign", "taught", "review", "later", "kept", "revised", "left"].flatMap(
    (name) => [
      `${name} course`,
      `${name} module`,
      `${name} lesson`,
      `${name} revision`,
      `${name} lesson revision`
    ]
  ),
  ...[
    "hidden module",
    "hidden lesson",
    "submitted lesson",
    "own lesson",
    "unpublished lesson",
    "gone role",
    "reviewing role",
    "tag",
    "override"
  ],
  ...[
    "tier entitlement",
    "course entitlement",
    "left entitlement",
    "creator asset",
    "other asset",
    "nobody asset"
  ],
  ...["event", "key", "hook", "sent", "job", "assessment", "question", "correction", "verification"]
]

/** Fills the school; as a role that row-level security does not bind. */
export const fillScene = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const script of [people, content, access, assessments, certificates, ground])
    for (const statement of script.split(";\n")) yield* sql.unsafe(statement).unprepared
})

/** From the ids back to the names. */
export const sceneNames = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string; name: string }>`
    select md5(name)::uuid::text as id, name from unnest(${namedIds}::text[]) name
    union all select id::text, role_name from rbac.roles where role_name not in ('gone', 'reviewing')
    union all select id::text, permission_key from rbac.permissions
    union all select id::text, tier_key from access.tiers
    union all select md5('grant ' || id)::uuid::text, 'grant ' || display_name from public.profiles
    union all select md5('variant ' || id)::uuid::text, 'variant' from media.assets`
  return new Map(rows.map(({ id, name }) => [id, name]))
})

/**
 * Who may see which rows and columns of what: the one table that the policies and grants of the database are made from
 * (PG-7, PG-8). The migrations carry it as SQL; a test compares the two, and others compare both with the core.
 *
 * A new table gets an entry here. Then `node packages/adapters-postgres/src/security/print.ts schema.table` prints what
 * its migration ends with. Views, functions and schemas stand in callers.ts.
 */

export interface Guarded {
  /** The condition under which a visitor, or a signed-in user, sees a row; absent: none, ever. */
  readonly anon?: string
  readonly authenticated?: string
  /** Columns that no direct client reads, whoever they are; `all`: the API alone reads this table. */
  readonly withheld: ReadonlyArray<string> | "all"
  /** What the core does with it: nothing is ever changed in what is `append`-only; `read` is written by migrations. */
  readonly service: "all" | "append" | "read"
  /** What of it is about a person, for the privacy commands; `none` says that somebody thought about it. */
  readonly personal: ReadonlyArray<string> | "none"
}

/** Of who was suspended or deleted their profile: nobody. */
const active = "(select public.active_id())"
/** Of who deleted their profile: nobody. */
const reader = "(select public.reader_id())"
const now = "(select util.now())"
const has = (permission: string) => `(select rbac.has_permission('${permission}'))`
const any = (...conditions: ReadonlyArray<string>) => conditions.join("\n    or ")
const course = (alias: string, condition: string) =>
  `exists (select 1 from content.courses c where c.id = ${alias} and (${condition}))`

const edits = has("content.edit")
const reviews = has("content.review")
const publishedNow = (alias: string) =>
  `${alias}.workflow_status = 'published' and (${alias}.publish_at is null or ${alias}.publish_at <= ${now})`
const ownCourse = (alias: string) => `${alias}.created_by = ${active} or ${alias}.instructor_id = ${active}`

const publicProfile = "is_public and status <> 'deleted'"
const publicLink =
  "is_public and exists (select 1 from public.profiles p where p.id = profile_links.user_id and p.is_public and p.status <> 'deleted')"
const shownModule = course("modules.course_id", `modules.is_published and ${publishedNow("c")}`)
const liveLesson = `workflow_status = 'published' and exists (
      select 1 from content.modules m join content.courses c on c.id = m.course_id
      where m.id = lessons.module_id and m.is_published and ${publishedNow("c")})`
/** Through what the row belongs to: whoever sees that sees this. */
const withCourse = (column: string) => `exists (select 1 from content.courses c where c.id = ${column})`
const withLesson = (column: string) => `exists (select 1 from content.lessons l where l.id = ${column})`

const bodies = ["text_content", "content", "quiz_config", "project_instructions", "video_url", "resources"]
const forTheApi = { withheld: "all", service: "all" } as const

export const guarded: Readonly<Record<string, Guarded>> = {
  "access.course_access_rules": {
    anon: course("course_access_rules.course_id", publishedNow("c")),
    authenticated: any(
      has("manage_content"),
      `course_access_rules.course_id = any ((select access.kept_courses())::uuid[])`,
      course(
        "course_access_rules.course_id",
        `${publishedNow("c")} or ${edits} or ${ownCourse("c")} or (c.workflow_status = 'in_review' and ${reviews})`
      )
    ),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "access.deployment": { ...forTheApi, personal: "none" },
  "access.lesson_access_overrides": {
    authenticated: has("manage_content"),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "access.tiers": {
    anon: "is_active",
    authenticated: any("is_active", has("billing.view")),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "access.user_entitlements": {
    authenticated: any(`user_id = ${reader}`, has("billing.view")),
    withheld: [],
    service: "all",
    personal: ["user_id", "granted_by", "revoked_by", "reason", "revocation_reason", "source_reference"]
  },
  "assessments.accommodations": { ...forTheApi, personal: ["user_id", "granted_by", "reason"] },
  "assessments.assessment_items": { ...forTheApi, personal: "none" },
  "assessments.assessments": { ...forTheApi, personal: ["created_by"] },
  /** What its learner sees of answers and grades, and when, the review options of the assessment say (ASM-9). */
  "assessments.attempts": {
    authenticated: `user_id = ${reader}`,
    withheld: [
      "attempt_seed",
      "content_snapshot",
      "content_snapshot_hash",
      "responses",
      "grades",
      "score",
      "score_numerator",
      "score_denominator",
      "max_score",
      "max_score_numerator",
      "max_score_denominator",
      "passed",
      "feedback",
      "graded_by"
    ],
    service: "all",
    personal: ["user_id", "responses", "session_id", "graded_by", "feedback", "grades"]
  },
  "assessments.certificate_revocations": {
    ...forTheApi,
    service: "append",
    personal: ["revoked_by", "reason"]
  },
  "assessments.certificates": {
    authenticated: any(`user_id = ${reader}`, has("manage_users")),
    withheld: ["nonce", "name_hash", "name_salt", "percentage"],
    service: "all",
    personal: ["user_id", "recipient_name", "name_hash", "name_salt", "superseded_by"]
  },
  "assessments.corrections": { ...forTheApi, service: "append", personal: ["corrected_by", "reason"] },
  "assessments.grading_audit": {
    ...forTheApi,
    service: "append",
    personal: ["performed_by", "previous_state", "new_state", "reason"]
  },
  "assessments.question_versions": { ...forTheApi, personal: "none" },
  "assessments.questions": { ...forTheApi, personal: ["created_by"] },
  "assessments.review_claims": { ...forTheApi, personal: ["grader"] },
  "content.course_slugs": {
    anon: withCourse("course_slugs.course_id"),
    authenticated: withCourse("course_slugs.course_id"),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "content.course_tags": {
    anon: withCourse("course_tags.course_id"),
    authenticated: withCourse("course_tags.course_id"),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "content.courses": {
    anon: publishedNow("courses"),
    authenticated: any(
      publishedNow("courses"),
      edits,
      ownCourse("courses"),
      `(workflow_status = 'in_review' and ${reviews})`,
      "id = any ((select content.courses_in_review())::uuid[])"
    ),
    withheld: [],
    service: "all",
    personal: ["created_by", "instructor_id", "last_editor_id"]
  },
  "content.lesson_slugs": {
    anon: withLesson("lesson_slugs.lesson_id"),
    authenticated: withLesson("lesson_slugs.lesson_id"),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "content.lessons": {
    anon: liveLesson,
    authenticated: any(
      edits,
      `(workflow_status = 'in_review' and ${reviews})`,
      "id = any ((select content.lessons_in_review())::uuid[])",
      `(${liveLesson})`,
      course("lessons.course_id", ownCourse("c"))
    ),
    withheld: bodies,
    service: "all",
    personal: ["created_by", "last_editor_id"]
  },
  "content.modules": {
    anon: shownModule,
    authenticated: any(
      edits,
      shownModule,
      course("modules.course_id", `${ownCourse("c")} or (c.workflow_status = 'in_review' and ${reviews})`)
    ),
    withheld: [],
    service: "all",
    personal: "none"
  },
  "content.published_courses": { ...forTheApi, personal: "none" },
  "content.published_lessons": { ...forTheApi, personal: "none" },
  "content.revisions": {
    authenticated: any(
      edits,
      course("revisions.course_id", ownCourse("c")),
      `(${reviews} and case item_type when 'course' then ${withCourse("revisions.course_id")}
        else ${withLesson("revisions.lesson_id")} end)`
    ),
    withheld: ["content"],
    service: "all",
    personal: ["created_by", "last_editor_id"]
  },
  "content.scheduled_publications": { ...forTheApi, personal: "none" },
  "content.tags": { anon: "true", authenticated: "true", withheld: [], service: "all", personal: "none" },
  "content.workflow_history": {
    authenticated: any(
      `(item_type = 'course' and ${course("workflow_history.item_id", `${edits} or ${reviews} or ${ownCourse("c")}`)})`,
      `(item_type = 'lesson' and exists (
        select 1 from content.lessons l where l.id = workflow_history.item_id
          and (${edits} or ${reviews} or ${course("l.course_id", ownCourse("c"))})))`
    ),
    withheld: [],
    service: "all",
    personal: ["actor", "comment"]
  },
  "learn.course_completions": { ...forTheApi, service: "append", personal: ["user_id", "completed_at"] },
  "learn.heartbeats": { ...forTheApi, personal: ["user_id", "heard_at"] },
  "learn.lesson_analytics": {
    ...forTheApi,
    service: "append",
    personal: ["user_id", "event_data", "session_id", "device_info"]
  },
  "learn.user_progress": {
    authenticated: `user_id = ${reader}`,
    withheld: [],
    service: "all",
    personal: ["user_id", "bookmarks", "last_accessed_at", "progress_data"]
  },
  "media.asset_variants": {
    authenticated: "exists (select 1 from media.assets a where a.id = asset_variants.asset_id)",
    withheld: ["external_url"],
    service: "all",
    personal: "none"
  },
  "media.assets": {
    authenticated: any(
      has("media.manage"),
      `(uploaded_by = ${active} and (select rbac.has_permission_on_own_courses('media.manage')))`
    ),
    withheld: ["external_id", "external_url", "processing_data"],
    service: "all",
    personal: ["uploaded_by"]
  },
  "public.certificate_verification_logs": {
    ...forTheApi,
    service: "append",
    personal: ["client_ip_hash", "user_agent", "certificate_hash"]
  },
  "public.profile_links": {
    anon: publicLink,
    authenticated: any(`user_id = ${reader}`, has("manage_users"), `(${publicLink})`),
    withheld: [],
    service: "all",
    personal: ["user_id", "url", "label"]
  },
  "public.profile_viewings": { ...forTheApi, personal: ["viewer_id", "viewed_id"] },
  "public.profiles": {
    anon: publicProfile,
    authenticated: any(`id = ${reader}`, has("manage_users"), `(${publicProfile})`),
    withheld: ["email", "locale", "time_zone", "last_seen_at"],
    service: "all",
    personal: [
      "id",
      "username",
      "email",
      "display_name",
      "bio",
      "avatar_url",
      "locale",
      "time_zone",
      "last_seen_at"
    ]
  },
  "public.user_consents": {
    authenticated: any(`user_id = ${reader}`, has("manage_users")),
    withheld: ["ip_hash"],
    service: "append",
    personal: ["user_id", "ip_hash", "source"]
  },
  "public.user_settings": {
    authenticated: `user_id = ${reader}`,
    withheld: [],
    service: "all",
    personal: ["user_id", "notifications", "privacy", "learning", "ui"]
  },
  "rbac.permissions": {
    anon: "true",
    authenticated: "true",
    withheld: [],
    service: "read",
    personal: "none"
  },
  "rbac.role_grants_log": {
    authenticated: any(`user_id = ${reader}`, has("manage_users")),
    withheld: [],
    service: "append",
    personal: ["user_id", "performed_by", "reason"]
  },
  "rbac.role_permissions": {
    anon: "exists (select 1 from rbac.roles r where r.id = role_permissions.role_id)",
    authenticated: "exists (select 1 from rbac.roles r where r.id = role_permissions.role_id)",
    withheld: [],
    service: "all",
    personal: ["granted_by", "reason"]
  },
  "rbac.roles": {
    anon: "deleted_at is null",
    authenticated: "deleted_at is null",
    withheld: [],
    service: "all",
    personal: "none"
  },
  "rbac.user_roles": {
    authenticated: any(`user_id = ${reader}`, has("manage_users")),
    withheld: [],
    service: "all",
    personal: ["user_id", "granted_by"]
  },
  "util.address_salts": { ...forTheApi, personal: "none" },
  "util.api_keys": { ...forTheApi, personal: "none" },
  "util.event_deliveries": { ...forTheApi, personal: ["event_key", "last_error"] },
  "util.event_outbox": {
    ...forTheApi,
    service: "append",
    personal: ["actor", "actor_name", "event_key", "subjects", "subject_ids", "payload"]
  },
  "util.feature_flags": {
    authenticated: has("operations.view"),
    withheld: [],
    service: "all",
    personal: ["created_by", "target_conditions"]
  },
  "util.idempotency_keys": { ...forTheApi, personal: ["actor", "answer"] },
  "util.jobs": { ...forTheApi, personal: ["payload", "last_error"] },
  "util.migrations_meta": { ...forTheApi, service: "read", personal: "none" },
  "util.read_only_times": { ...forTheApi, personal: "none" },
  "util.webhook_deliveries": { ...forTheApi, personal: ["response_excerpt", "last_error"] },
  "util.webhook_subscriptions": { ...forTheApi, personal: "none" }
}

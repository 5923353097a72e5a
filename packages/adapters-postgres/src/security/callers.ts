/** Which roles reach views, functions and schemas, and what functions that look past row-level security read (PG-7, PG-16). */

type DirectRole = "anon" | "authenticated"

/** Views run with the rights of who asks. The core reads every one of them; direct clients these. */
export const views: Readonly<Record<string, ReadonlyArray<DirectRole>>> = {
  "content.courses_published": ["anon", "authenticated"],
  "content.lessons_published": ["anon", "authenticated"],
  "content.workflow_dashboard": ["authenticated"],
  "public.certificate_verification_rate_limit": [],
  "referrals.feature_flags": ["authenticated"],
  "util.index_usage": [],
  "util.job_queue": []
}

/** Who may call what. `definer`: it looks past row-level security, and decides as the core does (PG-16). */
export const functions: Readonly<
  Record<string, { readonly callers: ReadonlyArray<DirectRole>; readonly definer: boolean }>
> = {
  "access.can_read_course(uuid)": { callers: ["authenticated"], definer: true },
  "access.can_read_lesson(uuid)": { callers: ["authenticated"], definer: true },
  "access.kept_courses()": { callers: ["authenticated"], definer: true },
  "access.method_for(uuid, uuid, uuid)": { callers: [], definer: true },
  "access.rank_of(uuid)": { callers: [], definer: true },
  "access.user_can_access(text, uuid)": { callers: ["authenticated"], definer: true },
  "auth.jwt()": { callers: ["anon", "authenticated"], definer: false },
  "auth.role()": { callers: ["anon", "authenticated"], definer: false },
  "auth.uid()": { callers: ["anon", "authenticated"], definer: false },
  "content.courses_in_review()": { callers: ["authenticated"], definer: true },
  "content.lessons_in_review()": { callers: ["authenticated"], definer: true },
  "content.read_lesson(uuid)": { callers: ["anon", "authenticated"], definer: true },
  "public.active_id()": { callers: ["authenticated"], definer: true },
  "public.my_profile()": { callers: ["authenticated"], definer: true },
  "public.reader_id()": { callers: ["authenticated"], definer: true },
  "rbac.has_permission(text)": { callers: ["authenticated"], definer: true },
  "rbac.has_permission_on_own_courses(text)": { callers: ["authenticated"], definer: true },
  "rbac.has_role(text)": { callers: ["authenticated"], definer: true },
  "rbac.holds(uuid, text, boolean)": { callers: [], definer: true },
  "rbac.keep_system_roles()": { callers: [], definer: false },
  "rbac.live_roles(uuid)": { callers: [], definer: true },
  "util.now()": { callers: ["anon", "authenticated"], definer: false },
  "util.refuse_change()": { callers: [], definer: false }
}

/** What the definer's functions read, and nothing else. */
export const definerReads: Readonly<Record<string, ReadonlyArray<string> | "all">> = {
  "access.course_access_rules": ["course_id", "required_tier_id", "is_active"],
  "access.deployment": ["course_default"],
  "access.lesson_access_overrides": [
    "id",
    "lesson_id",
    "override_type",
    "required_tier_id",
    "starts_at",
    "expires_at"
  ],
  "access.tiers": ["id", "tier_key", "sort_order"],
  "access.user_entitlements": [
    "id",
    "user_id",
    "entitlement_type",
    "entitlement_ref",
    "status",
    "starts_at",
    "expires_at"
  ],
  "content.courses": ["id", "workflow_status", "publish_at", "created_by", "instructor_id"],
  "content.lessons": "all",
  "content.modules": ["id", "module_order", "is_published"],
  "content.published_courses": ["course_id"],
  "content.published_lessons": ["lesson_id", "data"],
  "content.revisions": ["course_id", "lesson_id", "item_type", "workflow_status"],
  "learn.user_progress": ["user_id", "lesson_id", "completed_at", "created_at"],
  "public.profiles": "all",
  "rbac.permissions": ["id", "permission_key"],
  "rbac.role_permissions": ["role_id", "permission_id", "on_own_courses"],
  "rbac.roles": "all",
  "rbac.user_roles": ["user_id", "role_id", "is_active", "expires_at"]
}

export const schemas: Readonly<Record<string, ReadonlyArray<DirectRole>>> = {
  access: ["anon", "authenticated"],
  assessments: ["authenticated"],
  auth: ["anon", "authenticated"],
  content: ["anon", "authenticated"],
  gamification: [],
  learn: ["authenticated"],
  media: ["authenticated"],
  public: ["anon", "authenticated"],
  rbac: ["anon", "authenticated"],
  referrals: ["authenticated"],
  util: ["anon", "authenticated"]
}

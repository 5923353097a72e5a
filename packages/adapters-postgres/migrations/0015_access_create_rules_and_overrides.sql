-- What courses ask for, and the exceptions for single lessons (ACC-3 to ACC-5).
-- Locks nothing: everything here is new.

create type access.override_type as enum ('open', 'require_tier', 'locked');

create table access.course_access_rules (
  -- One rule per course; it goes with its course.
  course_id        uuid           not null constraint course_access_rules_pkey primary key
    constraint course_access_rules_course_fkey references content.courses (id) on delete cascade,
  required_tier_id uuid           not null
    constraint course_access_rules_tier_fkey references access.tiers (id) on delete restrict,
  is_active        boolean        not null,
  created_at       timestamptz(3) not null default util.now(),
  updated_at       timestamptz(3) not null default util.now()
);

create index idx_course_access_rules_tier on access.course_access_rules (required_tier_id);

create table access.lesson_access_overrides (
  id               uuid                 not null constraint lesson_access_overrides_pkey primary key,
  lesson_id        uuid                 not null
    constraint lesson_access_overrides_lesson_fkey references content.lessons (id) on delete cascade,
  override_type    access.override_type not null,
  required_tier_id uuid
    constraint lesson_access_overrides_tier_fkey references access.tiers (id) on delete restrict,
  -- Absent: in force from the beginning.
  starts_at        timestamptz(3),
  expires_at       timestamptz(3),
  created_at       timestamptz(3)       not null default util.now(),
  updated_at       timestamptz(3)       not null default util.now(),
  constraint lesson_access_overrides_tier_agrees check ((override_type = 'require_tier') = (required_tier_id is not null)),
  constraint lesson_access_overrides_ends_after_start check (expires_at > starts_at)
);

create index idx_lesson_access_overrides_lesson on access.lesson_access_overrides (lesson_id, id);
create index idx_lesson_access_overrides_tier on access.lesson_access_overrides (required_tier_id)
  where required_tier_id is not null;

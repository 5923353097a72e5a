-- Attempts with everything they froze and all they were answered, what single learners are granted, the trail of grading,
-- and when the platform was read-only (ASM-2 to ASM-8, ASM-19, OPS-2).
-- Locks assessments.assessments and public.profiles against changes of their own shape, for as long as the foreign keys
-- take to make; everything else is new.

create type assessments.attempt_status as enum (
  'in_progress', 'submitted', 'needs_review', 'graded', 'abandoned', 'expired'
);
create type assessments.grading_action as enum (
  'auto_graded', 'manual_graded', 'regraded', 'review_enqueued', 'expired', 'accommodation_changed', 'certificate_revoked'
);

-- Sensitive: content_snapshot holds the keys; what of the grade its learner sees, and when, the assessment says (ASM-9).
create table assessments.attempts (
  id                    uuid                       not null constraint attempts_pkey primary key,
  user_id               uuid                       not null
    constraint attempts_user_fkey references public.profiles (id) on delete restrict,
  assessment_id         uuid                       not null
    constraint attempts_assessment_fkey references assessments.assessments (id) on delete restrict,
  attempt_no            int                        not null
    constraint attempts_number_from_one check (attempt_no >= 1),
  status                assessments.attempt_status not null,
  attempt_seed          text                       not null collate "C"
    constraint attempts_seed_spelled check (attempt_seed ~ '^[0-9a-f]{32}$'),
  content_snapshot      jsonb                      not null,
  content_snapshot_hash text                       not null collate "C"
    constraint attempts_hash_spelled check (content_snapshot_hash ~ '^[0-9a-f]{64}$'),
  responses             jsonb                      not null,
  -- What a writer saw last (ASM-11).
  revision              int                        not null constraint attempts_revision_counted check (revision >= 0),
  started_at            timestamptz(3)             not null,
  -- The terms at the start; changes of the assessment's own come too late for this attempt (ASM-5).
  time_limit_sec        int,
  closes_at             timestamptz(3),
  on_expiry             assessments.expiry_policy  not null,
  -- Read-only time that it overlaps is added when it is read.
  deadline              timestamptz(3),
  submitted_at          timestamptz(3),
  -- Of those that were abandoned or expired.
  ended_at              timestamptz(3),
  time_spent_sec        int constraint attempts_time_counted check (time_spent_sec >= 0),
  auto_submitted        boolean,
  session_id            text,
  graded_at             timestamptz(3),
  graded_by             uuid constraint attempts_graded_by_fkey references public.profiles (id) on delete restrict,
  grades                jsonb,
  -- Exact: {numerator, denominator}, both as text; the numbers for SQL stand beside it.
  score                 jsonb,
  score_numerator       numeric generated always as ((score ->> 'numerator')::numeric) stored,
  score_denominator     numeric generated always as ((score ->> 'denominator')::numeric) stored
    constraint attempts_score_denominator_positive check (score_denominator > 0),
  max_score             jsonb,
  max_score_numerator   numeric generated always as ((max_score ->> 'numerator')::numeric) stored,
  max_score_denominator numeric generated always as ((max_score ->> 'denominator')::numeric) stored
    constraint attempts_max_score_denominator_positive check (max_score_denominator > 0),
  passed                boolean,
  feedback              text,
  created_at            timestamptz(3)             not null default util.now(),
  updated_at            timestamptz(3)             not null default util.now(),
  constraint attempts_number_key unique (user_id, assessment_id, attempt_no),
  constraint logical_status_timestamps check (
    (submitted_at is not null) = (status in ('submitted', 'needs_review', 'graded'))
    and (graded_at is not null) = (status = 'graded')
    and (ended_at is not null) = (status in ('abandoned', 'expired'))
    and submitted_at >= started_at is not false
    and graded_at >= submitted_at is not false
    and ended_at >= started_at is not false
  ),
  constraint attempts_end_agrees check (
    (time_spent_sec is not null) = (status <> 'in_progress')
    and (auto_submitted is not null) = (submitted_at is not null)
    and (session_id is null or submitted_at is not null)
  ),
  constraint attempts_grade_agrees check (
    (grades is not null) = (status = 'graded')
    and (score is not null) = (status = 'graded')
    and (max_score is not null) = (status = 'graded')
    and (passed is not null) = (status = 'graded')
    and (status = 'graded' or (graded_by is null and feedback is null))
  )
);

-- One that is not through yet for each learner and assessment: of starts at once, one makes it (ASM-2).
create unique index attempts_user_assessment_active_unique on assessments.attempts (user_id, assessment_id)
  where status in ('in_progress', 'submitted', 'needs_review');
-- Lists, newest first: of a learner, of an assessment.
create index idx_attempts_user on assessments.attempts (user_id, id);
create index idx_attempts_assessment on assessments.attempts (assessment_id, id);
-- Whether anybody still takes it: then nobody is shown its keys (ASM-9).
create index idx_attempts_assessment_running on assessments.attempts (assessment_id) where status = 'in_progress';
-- The sweep (OPS-4).
create index idx_attempts_overdue on assessments.attempts (deadline, id)
  where status = 'in_progress' and deadline is not null;
create index idx_attempts_graded_by on assessments.attempts (graded_by) where graded_by is not null;
-- Who was shown the same content: for whoever looks into a corrupt one (ASM-8).
create index idx_attempts_content_hash on assessments.attempts (content_snapshot_hash);

-- What one learner is granted at one assessment; a column that is null inherits the assessment's (ASM-5).
create table assessments.accommodations (
  assessment_id       uuid           not null
    constraint accommodations_assessment_fkey references assessments.assessments (id) on delete cascade,
  user_id             uuid           not null
    constraint accommodations_user_fkey references public.profiles (id) on delete restrict,
  time_factor_percent int
    constraint accommodations_factor_lengthens check (time_factor_percent between 100 and 1000),
  extra_time_sec      int constraint accommodations_extra_time_counted check (extra_time_sec >= 0),
  extra_attempts      int constraint accommodations_extra_attempts_counted check (extra_attempts >= 0),
  opens_at            timestamptz(3),
  closes_at           timestamptz(3),
  -- Why, in the words of who granted it; it may tell of somebody's health.
  reason              text           not null,
  granted_by          uuid
    constraint accommodations_granted_by_fkey references public.profiles (id) on delete restrict,
  created_at          timestamptz(3) not null default util.now(),
  updated_at          timestamptz(3) not null default util.now(),
  constraint accommodations_pkey primary key (assessment_id, user_id)
);

create index idx_accommodations_user on assessments.accommodations (user_id);
create index idx_accommodations_granted_by on assessments.accommodations (granted_by) where granted_by is not null;

-- What became of grades, and by whom: appended to, never changed (ASM-19).
create table assessments.grading_audit (
  id             bigint                     not null generated always as identity constraint grading_audit_pkey primary key,
  attempt_id     uuid                       not null
    constraint grading_audit_attempt_fkey references assessments.attempts (id) on delete restrict,
  action_type    assessments.grading_action not null,
  -- A user, or one of our own hands by its name.
  performed_by   jsonb                      not null,
  performed_at   timestamptz(3)             not null,
  previous_state jsonb                      not null,
  new_state      jsonb                      not null,
  reason         text,
  created_at     timestamptz(3)             not null default util.now(),
  updated_at     timestamptz(3)             not null default util.now()
);

-- By the order of appending: transactions that wait for each other may bear their instants the other way round.
create index idx_grading_audit_attempt_chronological on assessments.grading_audit (attempt_id, id desc);

create trigger grading_audit_append_only before update or delete on assessments.grading_audit
  for each row execute function util.refuse_change();
create trigger grading_audit_no_truncate before truncate on assessments.grading_audit
  for each statement execute function util.refuse_change();

-- When `emergency_read_only_mode` was on: the clocks of attempts stood still (ASM-5, OPS-2).
create table util.read_only_times (
  started_at timestamptz(3) not null constraint read_only_times_pkey primary key,
  ended_at   timestamptz(3),
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now(),
  constraint read_only_times_in_order check (ended_at >= started_at)
);
create unique index read_only_times_one_open on util.read_only_times ((ended_at is null)) where ended_at is null;

-- Enums, whose owner alone can add a literal.
do $types$
declare name text;
begin
  for name in select format('%I.%I', n.nspname, t.typname) from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'e' and n.nspname = any ('{access,assessments,content,gamification,learn,media,public,rbac,referrals,util}') order by 1
  loop
    execute format('alter type %s owner to lyceum_owner', name);
  end loop;
end
$types$;

-- assessments
revoke create on schema assessments from public;
revoke all on schema assessments from anon, authenticated;
grant usage on schema assessments to authenticated, service_role, lyceum_definer;
grant usage, create on schema assessments to lyceum_owner;

-- assessments.attempts
alter table assessments.attempts owner to lyceum_owner;
alter table assessments.attempts enable row level security;
alter table assessments.attempts force row level security;
revoke all on assessments.attempts from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.attempts to service_role;
drop policy if exists service_role_all on assessments.attempts;
create policy service_role_all on assessments.attempts for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on assessments.attempts to authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'assessments.attempts'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{attempt_seed,content_snapshot,content_snapshot_hash,responses,grades,score,score_numerator,score_denominator,max_score,max_score_numerator,max_score_denominator,passed,feedback,graded_by}'));
end
$columns$;
drop policy if exists authenticated_select on assessments.attempts;
create policy authenticated_select on assessments.attempts for select to authenticated
  using (
    user_id = (select public.reader_id())
  );

-- assessments.accommodations
alter table assessments.accommodations owner to lyceum_owner;
alter table assessments.accommodations enable row level security;
alter table assessments.accommodations force row level security;
revoke all on assessments.accommodations from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.accommodations to service_role;
drop policy if exists service_role_all on assessments.accommodations;
create policy service_role_all on assessments.accommodations for all to service_role
  using (true) with check (true);

-- assessments.grading_audit
alter table assessments.grading_audit owner to lyceum_owner;
alter table assessments.grading_audit enable row level security;
alter table assessments.grading_audit force row level security;
revoke all on assessments.grading_audit from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on assessments.grading_audit to service_role;
drop policy if exists service_role_select on assessments.grading_audit;
create policy service_role_select on assessments.grading_audit for select to service_role
  using (true);
drop policy if exists service_role_insert on assessments.grading_audit;
create policy service_role_insert on assessments.grading_audit for insert to service_role
  with check (true);

-- util.read_only_times
alter table util.read_only_times owner to lyceum_owner;
alter table util.read_only_times enable row level security;
alter table util.read_only_times force row level security;
revoke all on util.read_only_times from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.read_only_times to service_role;
drop policy if exists service_role_all on util.read_only_times;
create policy service_role_all on util.read_only_times for all to service_role
  using (true) with check (true);

-- What people decide about questions that were asked, and who grades what at the moment (ASM-18, ASM-21).
-- Locks assessments.attempts against writes for as long as its three new indexes take to build, and it,
-- assessments.assessments and public.profiles against changes of their own shape for their foreign keys; everything else
-- is new.

-- Beside the snapshots, never in them; the last one of a question counts. Sensitive: act holds keys.
create table assessments.corrections (
  id               uuid           not null constraint corrections_pkey primary key,
  assessment_id    uuid           not null
    constraint corrections_assessment_fkey references assessments.assessments (id) on delete restrict,
  -- No reference: the bank may forget a question that nothing asks any more, the snapshots of attempts do not.
  question_id      uuid           not null,
  -- What later versions of the question say, it leaves alone.
  question_version int            not null constraint corrections_version_from_one check (question_version >= 1),
  act              jsonb          not null
    constraint corrections_act_known check (act ->> 'kind' in ('mended', 'dropped', 'full_points')),
  reason           text           not null,
  corrected_by     uuid
    constraint corrections_corrected_by_fkey references public.profiles (id) on delete restrict,
  created_at       timestamptz(3) not null default util.now(),
  updated_at       timestamptz(3) not null default util.now()
);

create index idx_corrections_assessment on assessments.corrections (assessment_id, created_at, id);
create index idx_corrections_corrected_by on assessments.corrections (corrected_by) where corrected_by is not null;

create trigger corrections_append_only before update or delete on assessments.corrections
  for each row execute function util.refuse_change();
create trigger corrections_no_truncate before truncate on assessments.corrections
  for each statement execute function util.refuse_change();

-- Gone once the attempt is graded or given back; one that has run out counts for nothing.
create table assessments.review_claims (
  attempt_id uuid           not null constraint review_claims_pkey primary key
    constraint review_claims_attempt_fkey references assessments.attempts (id) on delete cascade,
  grader     uuid           not null
    constraint review_claims_grader_fkey references public.profiles (id) on delete restrict,
  until      timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now()
);

create index idx_review_claims_grader on assessments.review_claims (grader);

-- The queue, the longest handed in first: of all assessments, of one.
create index idx_attempts_waiting on assessments.attempts (submitted_at, id)
  where status in ('submitted', 'needs_review');
create index idx_attempts_assessment_waiting on assessments.attempts (assessment_id, submitted_at, id)
  where status in ('submitted', 'needs_review');
-- What people graded of late: the progress of the queue.
create index idx_attempts_graded_by_people on assessments.attempts (graded_at, assessment_id)
  where status = 'graded' and graded_by is not null;

-- assessments.corrections
alter table assessments.corrections owner to lyceum_owner;
alter table assessments.corrections enable row level security;
alter table assessments.corrections force row level security;
revoke all on assessments.corrections from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on assessments.corrections to service_role;
drop policy if exists service_role_select on assessments.corrections;
create policy service_role_select on assessments.corrections for select to service_role
  using (true);
drop policy if exists service_role_insert on assessments.corrections;
create policy service_role_insert on assessments.corrections for insert to service_role
  with check (true);

-- assessments.review_claims
alter table assessments.review_claims owner to lyceum_owner;
alter table assessments.review_claims enable row level security;
alter table assessments.review_claims force row level security;
revoke all on assessments.review_claims from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.review_claims to service_role;
drop policy if exists service_role_all on assessments.review_claims;
create policy service_role_all on assessments.review_claims for all to service_role
  using (true) with check (true);

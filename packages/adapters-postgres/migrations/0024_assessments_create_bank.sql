-- The question bank with every version a question had, assessments, and which questions they ask (ASM-15, ASM-22, CRT-1).
-- Locks content.lessons, content.courses and public.profiles against changes of their own shape, for as long as their
-- foreign keys take to make; everything else is new.

create type assessments.assessment_scope as enum ('lesson', 'course');
create type assessments.assessment_type as enum ('quiz', 'exam', 'cert');
create type assessments.grading_mode as enum ('auto', 'manual', 'hybrid');
create type assessments.grade_policy as enum ('highest', 'latest', 'first', 'average');
create type assessments.expiry_policy as enum ('grade_saved', 'discard');
create type assessments.question_type as enum (
  'mcq', 'true_false', 'open_text', 'matching', 'ordering', 'numeric', 'short_text'
);

-- Sensitive: correct_answers and explanation.
create table assessments.questions (
  id                 uuid                      not null constraint questions_pkey primary key,
  type               assessments.question_type not null,
  -- Markdown.
  body               text                      not null constraint questions_body_said check (body <> ''),
  explanation        text,
  points             int                       not null
    constraint questions_points_bounded check (points between 0 and 10000),
  -- [{id, text}], and so are stems and targets.
  choices            jsonb,
  multiple           boolean,
  stems              jsonb,
  targets            jsonb,
  correct_answers    jsonb,
  -- Absent: the first that its type has (ASM-14).
  scoring            text                      collate "C",
  category           text                      collate "C",
  tags               text[]                    not null,
  difficulty         int constraint questions_difficulty_bounded check (difficulty between 1 and 5),
  estimated_time_sec int constraint questions_estimated_time_bounded check (estimated_time_sec between 1 and 86400),
  is_reusable        boolean                   not null,
  -- The number of items that use it; whoever writes items writes it, under a lock on this row (ASM-22).
  usage_count        int                       not null
    constraint questions_usage_counted check (usage_count >= 0),
  question_version   int                       not null
    constraint questions_question_version_from_one check (question_version >= 1),
  version            int                       not null constraint questions_version_from_one check (version >= 1),
  created_by         uuid constraint questions_created_by_fkey references public.profiles (id) on delete restrict,
  created_at         timestamptz(3)            not null default util.now(),
  updated_at         timestamptz(3)            not null default util.now(),
  constraint questions_shape_fits_type check (
    (choices is not null) = (type in ('mcq', 'ordering'))
    and (multiple is not null) = (type = 'mcq')
    and (stems is not null) = (type = 'matching')
    and (targets is not null) = (type = 'matching')
    and (correct_answers is not null) = (type <> 'open_text')
    and (scoring is null or type in ('mcq', 'matching', 'ordering'))
  )
);

create index idx_questions_created_by on assessments.questions (created_by, id);
create index idx_questions_category on assessments.questions (category, id) where category is not null;
create index idx_questions_tags on assessments.questions using gin (tags);

-- What a question said in each of its versions, the one of today among them. Sensitive: it holds keys.
create table assessments.question_versions (
  question_id      uuid           not null
    constraint question_versions_question_fkey references assessments.questions (id) on delete cascade,
  question_version int            not null
    constraint question_versions_version_from_one check (question_version >= 1),
  content          jsonb          not null,
  created_at       timestamptz(3) not null default util.now(),
  updated_at       timestamptz(3) not null default util.now(),
  constraint question_versions_pkey primary key (question_id, question_version)
);

create table assessments.assessments (
  id                  uuid                         not null constraint assessments_pkey primary key,
  scope               assessments.assessment_scope not null,
  lesson_id           uuid
    constraint assessments_lesson_fkey references content.lessons (id) on delete restrict,
  course_id           uuid
    constraint assessments_course_fkey references content.courses (id) on delete restrict,
  title               text                         not null,
  type                assessments.assessment_type  not null,
  gives_certificate   boolean                      not null,
  opens_at            timestamptz(3),
  closes_at           timestamptz(3),
  time_limit_sec      int constraint assessments_time_limit_bounded check (time_limit_sec >= 1),
  attempt_limit       int constraint assessments_attempt_limit_bounded check (attempt_limit >= 1),
  retake_cooldown_sec int constraint assessments_retake_cooldown_bounded check (retake_cooldown_sec >= 0),
  passing_score       int                          not null
    constraint assessments_passing_score_bounded check (passing_score between 0 and 100),
  grading_mode        assessments.grading_mode     not null,
  grade_policy        assessments.grade_policy     not null,
  shuffle_questions   boolean                      not null,
  shuffle_answers     boolean                      not null,
  on_expiry           assessments.expiry_policy    not null,
  -- What of an ended attempt is shown when (ASM-9).
  review              jsonb                        not null,
  is_published        boolean                      not null,
  version             int                          not null constraint assessments_version_from_one check (version >= 1),
  created_by          uuid constraint assessments_created_by_fkey references public.profiles (id) on delete restrict,
  created_at          timestamptz(3)               not null default util.now(),
  updated_at          timestamptz(3)               not null default util.now(),
  constraint assessments_of_lesson_or_course check (
    (scope = 'lesson') = (lesson_id is not null) and (scope = 'course') = (course_id is not null)
  ),
  constraint assessments_certificate_fits_type check (
    case type when 'cert' then gives_certificate when 'quiz' then not gives_certificate else true end
  ),
  constraint assessments_published_can_open check (not is_published or closes_at > opens_at)
);

create index idx_assessments_lesson on assessments.assessments (lesson_id, id) where lesson_id is not null;
create index idx_assessments_course on assessments.assessments (course_id, id) where course_id is not null;
create index idx_assessments_created_by on assessments.assessments (created_by, id);
-- A lesson and a course have one assessment each that gives their certificate (CRT-1).
create unique index assessments_certificate_lesson_key on assessments.assessments (lesson_id)
  where gives_certificate and lesson_id is not null;
create unique index assessments_certificate_course_key on assessments.assessments (course_id)
  where gives_certificate and course_id is not null;

create table assessments.assessment_items (
  assessment_id   uuid           not null
    constraint assessment_items_assessment_fkey references assessments.assessments (id) on delete cascade,
  -- A question that is used stays (ASM-22).
  question_id     uuid           not null
    constraint assessment_items_question_fkey references assessments.questions (id) on delete restrict,
  display_order   int            not null
    constraint assessment_items_order_from_one check (display_order >= 1),
  points_override int
    constraint assessment_items_points_bounded check (points_override between 0 and 10000),
  is_required     boolean        not null,
  created_at      timestamptz(3) not null default util.now(),
  updated_at      timestamptz(3) not null default util.now(),
  constraint assessment_items_pkey primary key (assessment_id, question_id),
  constraint assessment_items_order_key unique (assessment_id, display_order)
);

create index idx_assessment_items_question on assessments.assessment_items (question_id);

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

-- assessments.questions
alter table assessments.questions owner to lyceum_owner;
alter table assessments.questions enable row level security;
alter table assessments.questions force row level security;
revoke all on assessments.questions from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.questions to service_role;
drop policy if exists service_role_all on assessments.questions;
create policy service_role_all on assessments.questions for all to service_role
  using (true) with check (true);

-- assessments.question_versions
alter table assessments.question_versions owner to lyceum_owner;
alter table assessments.question_versions enable row level security;
alter table assessments.question_versions force row level security;
revoke all on assessments.question_versions from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.question_versions to service_role;
drop policy if exists service_role_all on assessments.question_versions;
create policy service_role_all on assessments.question_versions for all to service_role
  using (true) with check (true);

-- assessments.assessments
alter table assessments.assessments owner to lyceum_owner;
alter table assessments.assessments enable row level security;
alter table assessments.assessments force row level security;
revoke all on assessments.assessments from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.assessments to service_role;
drop policy if exists service_role_all on assessments.assessments;
create policy service_role_all on assessments.assessments for all to service_role
  using (true) with check (true);

-- assessments.assessment_items
alter table assessments.assessment_items owner to lyceum_owner;
alter table assessments.assessment_items enable row level security;
alter table assessments.assessment_items force row level security;
revoke all on assessments.assessment_items from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.assessment_items to service_role;
drop policy if exists service_role_all on assessments.assessment_items;
create policy service_role_all on assessments.assessment_items for all to service_role
  using (true) with check (true);

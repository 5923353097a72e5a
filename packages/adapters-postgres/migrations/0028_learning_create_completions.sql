-- Who completed which course, once each (LRN-5); when learners were last heard of (LRN-4); what happened while they
-- learned, append-only (LRN-7); and what heartbeats told of a lesson, beside the progress in it (LRN-12).
-- Locks learn.user_progress for a moment, to add a column without a default; the keys hold public.profiles,
-- content.courses and content.lessons against writes for a moment.

alter table learn.user_progress add column progress_data jsonb;

create table learn.course_completions (
  user_id      uuid           not null
    constraint course_completions_user_fkey references public.profiles (id) on delete restrict,
  course_id    uuid           not null
    constraint course_completions_course_fkey references content.courses (id) on delete restrict,
  completed_at timestamptz(3) not null,
  created_at   timestamptz(3) not null default util.now(),
  updated_at   timestamptz(3) not null default util.now(),
  constraint course_completions_pkey primary key (user_id, course_id)
);
create index idx_course_completions_course on learn.course_completions (course_id);

-- What was completed once stays so: certificates and points rest on it.
create trigger course_completions_append_only before update or delete on learn.course_completions
  for each row execute function util.refuse_change();
create trigger course_completions_no_truncate before truncate on learn.course_completions
  for each statement execute function util.refuse_change();

create table learn.heartbeats (
  user_id    uuid           not null constraint heartbeats_pkey primary key
    constraint heartbeats_user_fkey references public.profiles (id) on delete cascade,
  heard_at   timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now()
);

create type learn.analytics_event_type as enum (
  'start', 'pause', 'resume', 'complete', 'quiz_submit',
  'assessment_start', 'assessment_submit', 'assessment_graded', 'certificate_issued'
);

create table learn.lesson_analytics (
  id               uuid                       not null,
  user_id          uuid                       not null
    constraint lesson_analytics_user_fkey references public.profiles (id) on delete restrict,
  lesson_id        uuid
    constraint lesson_analytics_lesson_fkey references content.lessons (id) on delete restrict,
  -- Of what belongs to a course as a whole.
  course_id        uuid
    constraint lesson_analytics_course_fkey references content.courses (id) on delete restrict,
  session_id       text collate "C",
  event_type       learn.analytics_event_type not null,
  event_data       jsonb                      not null,
  -- By the clock of the server; the client's own stands beside it and is not trusted.
  event_timestamp  timestamptz(3)             not null,
  client_timestamp timestamptz(3),
  duration_seconds int
    constraint lesson_analytics_duration_bounded check (duration_seconds between 0 and 86400),
  device_info      jsonb,
  created_at       timestamptz(3)             not null default util.now(),
  updated_at       timestamptz(3)             not null default util.now(),
  constraint lesson_analytics_pkey primary key (user_id, id),
  constraint lesson_analytics_of_something check (num_nonnulls(lesson_id, course_id) >= 1)
);
create index idx_lesson_analytics_lesson on learn.lesson_analytics (lesson_id);
create index idx_lesson_analytics_course on learn.lesson_analytics (course_id);

create trigger lesson_analytics_append_only before update or delete on learn.lesson_analytics
  for each row execute function util.refuse_change();
create trigger lesson_analytics_no_truncate before truncate on learn.lesson_analytics
  for each statement execute function util.refuse_change();

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

-- learn.course_completions
alter table learn.course_completions owner to lyceum_owner;
alter table learn.course_completions enable row level security;
alter table learn.course_completions force row level security;
revoke all on learn.course_completions from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on learn.course_completions to service_role;
drop policy if exists service_role_select on learn.course_completions;
create policy service_role_select on learn.course_completions for select to service_role
  using (true);
drop policy if exists service_role_insert on learn.course_completions;
create policy service_role_insert on learn.course_completions for insert to service_role
  with check (true);

-- learn.heartbeats
alter table learn.heartbeats owner to lyceum_owner;
alter table learn.heartbeats enable row level security;
alter table learn.heartbeats force row level security;
revoke all on learn.heartbeats from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on learn.heartbeats to service_role;
drop policy if exists service_role_all on learn.heartbeats;
create policy service_role_all on learn.heartbeats for all to service_role
  using (true) with check (true);

-- learn.lesson_analytics
alter table learn.lesson_analytics owner to lyceum_owner;
alter table learn.lesson_analytics enable row level security;
alter table learn.lesson_analytics force row level security;
revoke all on learn.lesson_analytics from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on learn.lesson_analytics to service_role;
drop policy if exists service_role_select on learn.lesson_analytics;
create policy service_role_select on learn.lesson_analytics for select to service_role
  using (true);
drop policy if exists service_role_insert on learn.lesson_analytics;
create policy service_role_insert on learn.lesson_analytics for insert to service_role
  with check (true);

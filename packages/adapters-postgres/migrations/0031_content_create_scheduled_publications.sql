-- Publications that are scheduled and were not told of yet (CON-2): readers go by the course itself, whose instant the clock
-- decides; who follows events is told by a sweep, once.
-- Locks nothing: everything here is new; the key towards courses holds content.courses against writes for a moment.

create table content.scheduled_publications (
  course_id  uuid           not null constraint scheduled_publications_pkey primary key
    constraint scheduled_publications_course_fkey references content.courses (id) on delete cascade,
  publish_at timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now()
);
create index idx_scheduled_publications_due on content.scheduled_publications (publish_at, course_id);

-- content.scheduled_publications
alter table content.scheduled_publications owner to lyceum_owner;
alter table content.scheduled_publications enable row level security;
alter table content.scheduled_publications force row level security;
revoke all on content.scheduled_publications from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.scheduled_publications to service_role;
drop policy if exists service_role_all on content.scheduled_publications;
create policy service_role_all on content.scheduled_publications for all to service_role
  using (true) with check (true);

-- Who may read as whom, and until when (KER-26): staff see what a user sees, for half an hour, and change nothing.
-- The events in the outbox say when each viewing was opened and why; this is what doors ask on every read.
-- Locks nothing: everything here is new; the keys towards profiles hold public.profiles against writes for a moment.

create table public.profile_viewings (
  viewer_id  uuid           not null
    constraint profile_viewings_viewer_fkey references public.profiles (id) on delete cascade,
  viewed_id  uuid           not null
    constraint profile_viewings_viewed_fkey references public.profiles (id) on delete cascade,
  until      timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now(),
  constraint profile_viewings_pkey primary key (viewer_id, viewed_id)
);
-- For the key: erasing a profile takes along how it was viewed.
create index profile_viewings_viewed_idx on public.profile_viewings (viewed_id);

-- public.profile_viewings
alter table public.profile_viewings owner to lyceum_owner;
alter table public.profile_viewings enable row level security;
alter table public.profile_viewings force row level security;
revoke all on public.profile_viewings from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on public.profile_viewings to service_role;
drop policy if exists service_role_all on public.profile_viewings;
create policy service_role_all on public.profile_viewings for all to service_role
  using (true) with check (true);

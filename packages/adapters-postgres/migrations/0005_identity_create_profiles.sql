-- Who people are on the platform; the hub that rows of other schemas refer to (IDN-1, IDN-3, IDN-7, IDN-9).
-- Locks nothing: everything here is new.

create type public.profile_status as enum ('active', 'suspended', 'deleted');

create table public.profiles (
  id           uuid                  not null constraint profiles_pkey primary key,
  username     text                  not null collate "C"
    constraint profiles_username_key unique
    constraint profiles_username_spelled check (username ~ '^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$'),
  -- Kept in lower case, so that unique is unique without regard to case.
  email        text                  collate "C"
    constraint profiles_email_key unique
    constraint profiles_email_lower_case check (email = lower(email)),
  display_name text                  not null
    constraint profiles_display_name_bounded check (char_length(display_name) between 1 and 80),
  bio          text                  not null default ''
    constraint profiles_bio_bounded check (char_length(bio) <= 500),
  avatar_url   text,
  is_public    boolean               not null default false,
  locale       text                  not null default 'en',
  time_zone    text                  not null default 'UTC',
  last_seen_at timestamptz(3),
  status       public.profile_status not null default 'active',
  created_at   timestamptz(3)        not null default util.now(),
  updated_at   timestamptz(3)        not null default util.now(),
  -- When the owner deleted it: until 30 days later they can restore it, then its erase is due.
  deleted_at   timestamptz(3),
  version      int                   not null default 1 constraint profiles_version_from_one check (version >= 1),
  constraint profiles_deleted_at_agrees check ((status = 'deleted') = (deleted_at is not null))
);

-- The few who are suspended or deleted, for the list of users.
create index idx_profiles_not_active on public.profiles (status, username) where status <> 'active';

-- What somebody was given, mostly for money: the record that the paywall reads (ACC-1, ACC-12, ACC-13).
-- Locks nothing: everything here is new.

create type access.entitlement_type as enum ('tier', 'course_specific', 'time_limited', 'special_grant');
create type access.entitlement_status as enum ('active', 'expired', 'revoked');

create table access.user_entitlements (
  id                uuid                      not null constraint user_entitlements_pkey primary key,
  user_id           uuid                      not null
    constraint user_entitlements_user_fkey references public.profiles (id) on delete restrict,
  entitlement_type  access.entitlement_type   not null,
  -- A tier key or a course id. Neither need exist: the entitlement then counts for nothing, and is reported (ACC-20).
  entitlement_ref   text                      not null collate "C"
    constraint user_entitlements_ref_spelled
      check (entitlement_ref ~ '^([a-z][a-z0-9_]{0,39}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'),
  -- `expired` is what a sweep has noticed. No decision reads it.
  status            access.entitlement_status not null,
  starts_at         timestamptz(3)            not null,
  expires_at        timestamptz(3),
  -- The end it was granted with; renewals move `expires_at`.
  granted_until     timestamptz(3),
  source            text                      not null collate "C",
  source_reference  text                      collate "C",
  granted_by        uuid constraint user_entitlements_granted_by_fkey references public.profiles (id) on delete restrict,
  reason            text,
  -- The revoked one that this one wins back.
  replaces          uuid constraint user_entitlements_replaces_fkey references access.user_entitlements (id) on delete restrict,
  cancelled_at      timestamptz(3),
  revoked_at        timestamptz(3),
  revoked_by        uuid constraint user_entitlements_revoked_by_fkey references public.profiles (id) on delete restrict,
  revocation_reason text,
  created_at        timestamptz(3)            not null default util.now(),
  updated_at        timestamptz(3)            not null default util.now(),
  -- One grant per reference of a source, whoever tells of it how often; grants without one are side by side.
  constraint user_entitlements_source_key unique (source, source_reference),
  constraint user_entitlements_ref_fits_type check (
    case entitlement_type
      when 'tier' then strpos(entitlement_ref, '-') = 0
      when 'course_specific' then strpos(entitlement_ref, '-') > 0
      else true
    end
  ),
  constraint user_entitlements_ends_after_start check (expires_at > starts_at),
  constraint user_entitlements_time_limited_ends check (entitlement_type <> 'time_limited' or expires_at is not null),
  constraint user_entitlements_expired_ends check (status <> 'expired' or expires_at is not null),
  constraint user_entitlements_revoked_agrees check (
    (status = 'revoked') = (revoked_at is not null)
    and (status = 'revoked') = (revocation_reason is not null)
    and (status = 'revoked' or revoked_by is null)
  )
);

-- What every decision about a user reads.
create index idx_user_entitlements_user_active on access.user_entitlements (user_id, expires_at) where status <> 'revoked';
-- A user's own list, newest first.
create index idx_user_entitlements_user on access.user_entitlements (user_id, id);
-- The sweep.
create index idx_user_entitlements_ending on access.user_entitlements (expires_at, id)
  where status = 'active' and expires_at is not null;
create index idx_user_entitlements_granted_by on access.user_entitlements (granted_by) where granted_by is not null;
create index idx_user_entitlements_revoked_by on access.user_entitlements (revoked_by) where revoked_by is not null;
create index idx_user_entitlements_replaces on access.user_entitlements (replaces) where replaces is not null;

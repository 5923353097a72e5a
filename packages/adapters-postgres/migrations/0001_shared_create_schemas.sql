-- The schemas of all contexts, and the instant that a command gives to SQL (KER-1).
-- Locks nothing: everything here is new.

create schema if not exists public;
create schema if not exists content;
create schema if not exists access;
create schema if not exists learn;
create schema if not exists assessments;
create schema if not exists gamification;
create schema if not exists referrals;
create schema if not exists rbac;
create schema if not exists media;
create schema if not exists util;
create schema if not exists auth;

-- After a transaction that set it, a setting of ours reads as '' in the same session, not as null.
create function util.now() returns timestamptz
  language sql stable parallel safe
  set search_path = ''
  as $$
    select coalesce(
      nullif(current_setting('lyceum.now', true), '')::timestamptz,
      date_trunc('milliseconds', clock_timestamp())
    )
  $$;

comment on function util.now() is
  'The one instant of the running command; outside of commands the clock, cut to milliseconds. Source: KER-1.';

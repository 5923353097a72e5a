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

-- For histories: what was written stays as it was written, for every role.
create function util.refuse_change() returns trigger
  language plpgsql
  set search_path = ''
  as $$
    begin
      raise exception '% of %.% is refused: it is append-only', lower(tg_op), tg_table_schema, tg_table_name
        using errcode = 'restrict_violation';
    end
  $$;

-- Which indexes earn their keep, since the statistics were reset (PG-12).
create view util.index_usage with (security_invoker = true) as
  select
    schemaname::text as schema_name,
    relname::text as table_name,
    indexrelname::text as index_name,
    idx_scan as scans,
    idx_tup_read as entries_read,
    idx_tup_fetch as rows_fetched,
    pg_relation_size(indexrelid) as size_bytes
  from pg_catalog.pg_stat_user_indexes
  where schemaname in (
    'public', 'content', 'access', 'learn', 'assessments', 'gamification', 'referrals', 'rbac', 'media', 'util', 'auth'
  );

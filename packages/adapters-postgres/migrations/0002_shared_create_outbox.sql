-- Events beside the writes that caused them, and one delivery for each subscriber that hears them (KER-16 to KER-18,
-- KER-26).
-- Locks nothing: everything here is new.

create type util.delivery_status as enum ('pending', 'done', 'failed', 'skipped');

create table util.event_outbox (
  id            uuid           not null constraint event_outbox_pkey primary key,
  -- The order of commits within one key: ids alone do not order across processes or when a clock goes back.
  position      bigint         not null generated always as identity,
  event_name    text           not null,
  event_version int            not null constraint event_outbox_version_from_one check (event_version >= 1),
  occurred_at   timestamptz(3) not null,
  actor         jsonb          not null,
  -- What the audit trail is searched by: the user's id, the service's name, or `anonymous`.
  actor_name    text           not null,
  event_key     text           not null,
  subjects      jsonb          not null,
  subject_ids   text[]         not null,
  payload       jsonb          not null,
  created_at    timestamptz(3) not null default util.now(),
  updated_at    timestamptz(3) not null default util.now()
);

-- The audit trail is never rewritten (PG-3, KER-26); deliveries are, they stand in a table of their own.
create trigger event_outbox_append_only before update or delete on util.event_outbox
  for each row execute function util.refuse_change();
create trigger event_outbox_no_truncate before truncate on util.event_outbox
  for each statement execute function util.refuse_change();

-- The audit trail, newest first: all of it, by name, by actor, by subject.
create index idx_event_outbox_time on util.event_outbox (occurred_at, id);
create index idx_event_outbox_name on util.event_outbox (event_name, occurred_at, id);
create index idx_event_outbox_actor on util.event_outbox (actor_name, occurred_at, id);
create index idx_event_outbox_subjects on util.event_outbox using gin (subject_ids);

create table util.event_deliveries (
  event_id       uuid                 not null
    constraint event_deliveries_event_fkey references util.event_outbox (id) on delete cascade,
  subscriber     text                 not null collate "C",
  -- Both as in the event, here for the order of claims.
  event_position bigint               not null,
  event_key      text                 not null,
  status         util.delivery_status not null,
  attempts       int                  not null constraint event_deliveries_attempts_counted check (attempts >= 0),
  next_at        timestamptz(3)       not null,
  last_error     text,
  created_at     timestamptz(3)       not null default util.now(),
  updated_at     timestamptz(3)       not null default util.now(),
  constraint event_deliveries_pkey primary key (event_id, subscriber),
  -- What was parked was tried, and says what went wrong.
  constraint event_deliveries_parked_says_why check (status <> 'failed' or (attempts > 0 and last_error is not null))
);

-- Claims: who has been due longest, and whether an earlier one of its key is unfinished. What is done is in neither.
create index idx_event_deliveries_pending on util.event_deliveries (subscriber, next_at, event_position)
  where status = 'pending';
create index idx_event_deliveries_unfinished on util.event_deliveries (subscriber, event_key, event_position)
  where status in ('pending', 'failed');
create index idx_event_deliveries_parked on util.event_deliveries (subscriber, event_position)
  where status = 'failed';
-- The operator's lists.
create index idx_event_deliveries_subscriber on util.event_deliveries (subscriber, event_id);
create index idx_event_deliveries_troubled on util.event_deliveries (status, event_id, subscriber)
  where status in ('failed', 'skipped');

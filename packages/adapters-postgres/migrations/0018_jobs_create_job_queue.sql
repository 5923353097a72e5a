-- The queue of jobs: enqueued with the command that causes them, taken by lease, visible, replayable (OPS-3, OPS-4).
-- Locks nothing: everything here is new.

create type util.job_type as enum ('email_send', 'video_process', 'webhook_call', 'xp_calculation', 'schedule');
create type util.job_status as enum ('pending', 'running', 'completed', 'failed');

create table util.jobs (
  id            uuid            not null constraint jobs_pkey primary key,
  kind          util.job_type   not null,
  payload       jsonb           not null constraint jobs_payload_is_object check (jsonb_typeof(payload) = 'object'),
  dedupe_id     text,
  status        util.job_status not null,
  attempts      int             not null,
  max_attempts  int             not null,
  run_at        timestamptz(3)  not null,
  started_at    timestamptz(3),
  lease_ends_at timestamptz(3),
  completed_at  timestamptz(3),
  failed_at     timestamptz(3),
  last_error    text,
  created_at    timestamptz(3)  not null default util.now(),
  updated_at    timestamptz(3)  not null default util.now(),
  -- When a worker may take it: at its time, or when the lease of a worker that died has ended.
  due_at        timestamptz(3)  generated always as (
    case status when 'pending' then run_at when 'running' then lease_ends_at end
  ) stored,
  -- Many machines, one job.
  constraint jobs_dedupe_id_key unique (dedupe_id),
  constraint jobs_attempts_bounded check (attempts between 0 and max_attempts and max_attempts between 1 and 100),
  constraint jobs_running_has_lease check (
    (status = 'running') = (lease_ends_at is not null) and (status = 'running') = (started_at is not null)
    and lease_ends_at > started_at
  ),
  constraint jobs_completed_says_when check ((status = 'completed') = (completed_at is not null)),
  constraint jobs_failed_says_when_and_why check (
    (status = 'failed') = (failed_at is not null) and (status <> 'failed' or last_error is not null)
  )
);

-- Taking the one due longest; what is finished is not in it.
create index idx_jobs_due on util.jobs (kind, due_at, id) where due_at is not null;
-- The operator's lists, newest first: all, by status, by kind.
create index idx_jobs_status on util.jobs (status, id);
create index idx_jobs_kind on util.jobs (kind, id);
-- Forgetting what was completed long ago.
create index idx_jobs_completed on util.jobs (completed_at) where completed_at is not null;

-- The queue under the name and the columns of the source.
create view util.job_queue with (security_invoker = true) as
  select id, kind as job_type, payload, status, attempts, max_attempts, run_at, started_at, completed_at,
    last_error as error_message, created_at, updated_at
  from util.jobs;

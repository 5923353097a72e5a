-- Outgoing webhooks: who outside is told of what, and what became of each telling (OPS-5, KER-19).
-- Locks nothing: everything here is new.

create type util.webhook_subscription_status as enum ('enabled', 'disabled');
create type util.webhook_disabled_because as enum ('failing', 'by_hand');
create type util.webhook_delivery_status as enum ('pending', 'delivered', 'failed');

create table util.webhook_subscriptions (
  id                      uuid                             not null constraint webhook_subscriptions_pkey primary key,
  url                     text                             not null
    constraint webhook_subscriptions_url_is_https check (url ~* '^https:'),
  events                  text[]                           not null
    constraint webhook_subscriptions_events_counted check (cardinality(events) between 1 and 100),
  status                  util.webhook_subscription_status not null,
  failing_since           timestamptz(3),
  disabled_at             timestamptz(3),
  disabled_because        util.webhook_disabled_because,
  -- What signs. In columns of their own, so that grants can withhold them.
  secret                  text                             not null,
  previous_secret         text,
  previous_secret_ends_at timestamptz(3),
  created_at              timestamptz(3)                   not null default util.now(),
  updated_at              timestamptz(3)                   not null default util.now(),
  constraint webhook_subscriptions_disabled_says_why check (
    (status = 'disabled') = (disabled_at is not null) and (disabled_at is null) = (disabled_because is null)
  ),
  constraint webhook_subscriptions_failing_while_enabled check (status = 'enabled' or failing_since is null),
  constraint webhook_subscriptions_previous_secret_ends check (
    (previous_secret is null) = (previous_secret_ends_at is null)
  )
);

-- Each event asks who wants it.
create index idx_webhook_subscriptions_enabled on util.webhook_subscriptions (id) where status = 'enabled';

create table util.webhook_deliveries (
  id               uuid                         not null constraint webhook_deliveries_pkey primary key,
  subscription_id  uuid                         not null constraint webhook_deliveries_subscription_fkey
    references util.webhook_subscriptions (id) on delete cascade,
  -- In util.event_outbox; not a foreign key, since events may be forgotten earlier than what became of them.
  event_id         uuid                         not null,
  event_name       text                         not null,
  status           util.webhook_delivery_status not null,
  attempts         int                          not null
    constraint webhook_deliveries_attempts_counted check (attempts >= 0),
  last_attempt_at  timestamptz(3),
  response_status  int,
  response_excerpt text
    constraint webhook_deliveries_excerpt_is_short check (octet_length(response_excerpt) <= 1024),
  duration_ms      int constraint webhook_deliveries_duration_counted check (duration_ms >= 0),
  last_error       text,
  created_at       timestamptz(3)               not null default util.now(),
  updated_at       timestamptz(3)               not null default util.now(),
  -- A reaction that runs twice sends once.
  constraint webhook_deliveries_once_per_event unique (subscription_id, event_id),
  constraint webhook_deliveries_delivered_was_answered check (status <> 'delivered' or response_status is not null),
  constraint webhook_deliveries_attempt_has_time check ((attempts > 0) = (last_attempt_at is not null))
);

-- The operator's lists, of one subscription.
create index idx_webhook_deliveries_subscription on util.webhook_deliveries (subscription_id, id);
create index idx_webhook_deliveries_status on util.webhook_deliveries (subscription_id, status, id);
-- Forgetting what is settled and old.
create index idx_webhook_deliveries_settled on util.webhook_deliveries (updated_at) where status <> 'pending';

-- Answers that commands gave, kept for clients that ask again with the same idempotency key (KER-20).
-- Locks nothing: everything here is new.

create table util.idempotency_keys (
  actor         text           not null,
  command       text           not null,
  key           text           not null,
  -- A digest of the input: the same key with another input is refused.
  fingerprint   text           not null,
  answer        jsonb          not null,
  remembered_at timestamptz(3) not null,
  created_at    timestamptz(3) not null default util.now(),
  updated_at    timestamptz(3) not null default util.now(),
  constraint idempotency_keys_pkey primary key (actor, command, key)
);

-- Forgetting what is old.
create index idx_idempotency_keys_remembered on util.idempotency_keys (remembered_at);

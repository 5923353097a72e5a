-- Salts of the day, for digests of client addresses; destroyed after the next day, so that no digest can be undone
-- (KER-25).
-- Locks nothing: everything here is new.

create table util.address_salts (
  day        date           not null constraint address_salts_pkey primary key,
  salt       bytea          not null constraint address_salts_long_enough check (length(salt) = 32),
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now()
);

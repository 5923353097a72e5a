-- API keys of services: the digest of the secret, never the secret (API-10).
-- Locks nothing: everything here is new.

create table util.api_keys (
  id           uuid           not null constraint api_keys_pkey primary key,
  name         text           not null,
  -- SHA-256 of the secret in lower-case hex. In a column of its own, so that grants can withhold it.
  digest       text           not null constraint api_keys_digest_is_sha256 check (digest ~ '^[0-9a-f]{64}$'),
  scopes       text[]         not null
    constraint api_keys_scopes_counted check (cardinality(scopes) between 1 and 100),
  replaces     uuid           constraint api_keys_replaces_fkey references util.api_keys (id),
  expires_at   timestamptz(3),
  revoked_at   timestamptz(3),
  last_used_at timestamptz(3),
  created_at   timestamptz(3) not null default util.now(),
  updated_at   timestamptz(3) not null default util.now(),
  -- The look-up of every call with a key.
  constraint api_keys_digest_key unique (digest),
  constraint api_keys_replaces_another check (replaces <> id),
  constraint api_keys_expires_after_making check (expires_at >= created_at),
  constraint api_keys_revoked_after_making check (revoked_at >= created_at)
);

-- Two valid at once, not three: a key has one successor.
create unique index api_keys_one_successor on util.api_keys (replaces) where revoked_at is null;

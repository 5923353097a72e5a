-- What users chose (IDN-4), what they agreed to (IDN-5), and where else they are found (IDN-6).
-- Locks nothing: everything here is new.

create type public.consent_type as enum ('terms', 'privacy', 'marketing', 'analytics', 'cookies');
create type public.consent_decision as enum ('granted', 'declined', 'revoked');
create type public.link_type as enum
  ('github', 'linkedin', 'twitter', 'website', 'youtube', 'mastodon', 'other');

-- Only what was chosen; null where nothing was, and the defaults hold.
create table public.user_settings (
  user_id       uuid           not null constraint user_settings_pkey primary key
    constraint user_settings_user_fkey references public.profiles (id) on delete cascade,
  notifications jsonb,
  privacy       jsonb,
  learning      jsonb,
  ui            jsonb,
  created_at    timestamptz(3) not null default util.now(),
  updated_at    timestamptz(3) not null default util.now()
);

create table public.user_consents (
  id               uuid                    not null constraint user_consents_pkey primary key,
  user_id          uuid                    not null
    constraint user_consents_user_fkey references public.profiles (id) on delete restrict,
  -- 1, 2, … in the order the user said them, whatever clocks say.
  entry_no         int                     not null constraint user_consents_numbered check (entry_no >= 1),
  consent_type     public.consent_type     not null,
  decision         public.consent_decision not null,
  document_version text                    not null,
  decided_at       timestamptz(3)          not null,
  expires_at       timestamptz(3),
  -- HMAC-SHA-256 with the salt of the day; the address is nowhere.
  ip_hash          text constraint user_consents_hash_is_one check (ip_hash ~ '^[0-9a-f]{64}$'),
  source           text                    not null,
  created_at       timestamptz(3)          not null default util.now(),
  updated_at       timestamptz(3)          not null default util.now(),
  constraint user_consents_entry_key unique (user_id, entry_no),
  constraint user_consents_only_grants_expire check (decision = 'granted' or expires_at is null)
);

create table public.profile_links (
  id         uuid             not null constraint profile_links_pkey primary key,
  user_id    uuid             not null
    constraint profile_links_user_fkey references public.profiles (id) on delete cascade,
  link_type  public.link_type not null,
  url        text             not null,
  label      text,
  sort_order int              not null constraint profile_links_at_most_ten check (sort_order between 1 and 10),
  is_public  boolean          not null,
  created_at timestamptz(3)   not null default util.now(),
  updated_at timestamptz(3)   not null default util.now(),
  constraint profile_links_order_key unique (user_id, sort_order)
);

create trigger user_consents_append_only before update or delete on public.user_consents
  for each row execute function util.refuse_change();
create trigger user_consents_no_truncate before truncate on public.user_consents
  for each statement execute function util.refuse_change();

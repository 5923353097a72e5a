-- What a school sells, with the four tiers that ship (ACC-2). The rows are those of access/model/tier.ts in core; a test
-- compares them.
-- Locks nothing: everything here is new.

create table access.tiers (
  id                  uuid           not null constraint tiers_pkey primary key,
  tier_key            text           not null collate "C" constraint tiers_tier_key_key unique
    constraint tiers_tier_key_spelled check (tier_key ~ '^[a-z][a-z0-9_]{0,39}$'),
  name                text           not null,
  description         text           not null default '',
  -- The rank.
  sort_order          int            not null constraint tiers_sort_order_from_zero check (sort_order >= 0),
  monthly_price_cents bigint         not null constraint tiers_price_from_zero check (monthly_price_cents >= 0),
  currency            text           not null,
  features            jsonb          not null default '[]',
  limits              jsonb          not null default '{}',
  is_active           boolean        not null default true,
  created_at          timestamptz(3) not null default util.now(),
  updated_at          timestamptz(3) not null default util.now(),
  -- What everybody has cannot ask for more than everybody has.
  constraint tiers_free_ranks_zero check (tier_key <> 'free' or sort_order = 0)
);

insert into access.tiers (id, tier_key, name, sort_order, monthly_price_cents, currency) values
  ('00000000-0000-7000-8000-000000000001', 'free', 'Free', 0, 0, 'EUR'),
  ('00000000-0000-7000-8000-000000000002', 'basic', 'Basic', 10, 900, 'EUR'),
  ('00000000-0000-7000-8000-000000000003', 'premium', 'Premium', 20, 2900, 'EUR'),
  ('00000000-0000-7000-8000-000000000004', 'enterprise', 'Enterprise', 30, 9900, 'EUR');

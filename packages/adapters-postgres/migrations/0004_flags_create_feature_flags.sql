-- Feature flags, with the six kill switches that the platform itself obeys (OPS-1, OPS-2); `referrals.feature_flags`
-- is a view of the same rows (OPS-15).
-- Locks nothing: everything here is new.

create type util.flag_type as enum ('permanent', 'temporary', 'experimental', 'rollout');

create table util.feature_flags (
  flag_key           text           not null collate "C"
    constraint feature_flags_pkey primary key
    constraint feature_flags_key_spelled check (flag_key ~ '^[a-z][a-z0-9_]{1,79}$'),
  -- For people who browse the table: "Conversions enabled".
  flag_name          text           not null generated always as
    (upper(left(flag_key, 1)) || replace(substr(flag_key, 2), '_', ' ')) stored,
  flag_description   text           not null,
  flag_category      text           not null generated always as
    (case when is_system_critical then 'system' else 'application' end) stored,
  is_enabled         boolean        not null,
  rollout_percentage int            not null
    constraint feature_flags_rollout_in_percent check (rollout_percentage between 0 and 100),
  target_conditions  jsonb          not null default '{}',
  flag_type          util.flag_type not null,
  flag_value         jsonb,
  is_system_critical boolean        not null default false,
  expires_at         timestamptz(3),
  -- Whoever defined it; the trail of changes is in the events.
  created_by         uuid,
  created_at         timestamptz(3) not null default util.now(),
  updated_at         timestamptz(3) not null default util.now()
);

insert into util.feature_flags
  (flag_key, flag_description, is_enabled, rollout_percentage, flag_type, is_system_critical)
values
  ('conversions_enabled', 'Referral conversions earn commissions', true, 100, 'permanent', true),
  ('tracking_clicks_enabled', 'Referral clicks are recorded', true, 100, 'permanent', true),
  ('pii_minimization_enabled', 'Personal data is cut down where it is taken in', true, 100, 'permanent', true),
  ('advanced_analytics_enabled', 'Dashboards compute the expensive figures', true, 100, 'permanent', true),
  ('real_time_updates_enabled', 'Live updates are sent', true, 100, 'permanent', true),
  ('emergency_read_only_mode', 'Every command is refused; queries go on', false, 100, 'permanent', true);

create view referrals.feature_flags with (security_invoker = true) as
  select * from util.feature_flags;

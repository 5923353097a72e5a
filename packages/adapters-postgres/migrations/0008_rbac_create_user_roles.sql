-- Who holds which role until when (RBAC-1, RBAC-4), and the log of every grant and revoke (RBAC-5).
-- Locks nothing: everything here is new.

create type rbac.grant_operation as enum ('GRANT', 'REVOKE');

create table rbac.user_roles (
  user_id    uuid           not null
    constraint user_roles_user_fkey references public.profiles (id) on delete restrict,
  role_id    uuid           not null
    constraint user_roles_role_fkey references rbac.roles (id) on delete restrict,
  -- False once revoked, or once somebody noticed that it expired; the clock decides before that.
  is_active  boolean        not null,
  expires_at timestamptz(3),
  granted_by uuid constraint user_roles_granted_by_fkey references public.profiles (id) on delete restrict,
  granted_at timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now(),
  constraint user_roles_pkey primary key (user_id, role_id),
  constraint user_roles_only_active_expire check (is_active or expires_at is null)
);

-- What every standing reads.
create index idx_user_roles_user_active on rbac.user_roles (user_id) where is_active;
-- Who holds a role, and whether an admin remains.
create index idx_user_roles_role on rbac.user_roles (role_id, user_id);
-- The sweep.
create index idx_user_roles_expiring on rbac.user_roles (expires_at, user_id, role_id)
  where is_active and expires_at is not null;
create index idx_user_roles_granted_by on rbac.user_roles (granted_by);

create table rbac.role_grants_log (
  id                   uuid                 not null constraint role_grants_log_pkey primary key,
  -- The order of writing; of one user and role that is the order of events, since writers hold the assignment.
  position             bigint               not null generated always as identity
    constraint role_grants_log_position_key unique,
  user_id              uuid                 not null
    constraint role_grants_log_user_fkey references public.profiles (id) on delete restrict,
  role_id              uuid                 not null
    constraint role_grants_log_role_fkey references rbac.roles (id) on delete restrict,
  operation            rbac.grant_operation not null,
  -- Of a grant: the end it was given; without one the log could not be replayed.
  expires_at           timestamptz(3),
  performed_by         uuid
    constraint role_grants_log_performed_by_fkey references public.profiles (id) on delete restrict,
  performed_by_service text,
  reason               text,
  created_at           timestamptz(3)       not null,
  updated_at           timestamptz(3)       not null default util.now(),
  constraint role_grants_log_one_performer check (num_nonnulls(performed_by, performed_by_service) = 1),
  constraint role_grants_log_only_grants_expire check (operation = 'GRANT' or expires_at is null)
);

create index idx_role_grants_log_user on rbac.role_grants_log (user_id, position);
create index idx_role_grants_log_role on rbac.role_grants_log (role_id, position);
create index idx_role_grants_log_performed_by on rbac.role_grants_log (performed_by);

create trigger role_grants_log_append_only before update or delete on rbac.role_grants_log
  for each row execute function util.refuse_change();
create trigger role_grants_log_no_truncate before truncate on rbac.role_grants_log
  for each statement execute function util.refuse_change();

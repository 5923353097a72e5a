-- Roles, permissions and which role holds which, with what ships (RBAC-1, RBAC-6, RBAC-9). The rows are those of
-- rbac/catalogue.ts in core; a test compares them.
-- Locks nothing: everything here is new.

create table rbac.permissions (
  id             uuid           not null constraint permissions_pkey primary key,
  permission_key text           not null collate "C" constraint permissions_permission_key_key unique,
  description    text           not null,
  is_dangerous   boolean        not null,
  created_at     timestamptz(3) not null default util.now(),
  updated_at     timestamptz(3) not null default util.now()
);

create table rbac.roles (
  id                uuid           not null constraint roles_pkey primary key,
  role_name         text           not null collate "C"
    constraint roles_name_spelled check (role_name ~ '^[a-z][a-z0-9_]{1,39}$'),
  description       text           not null,
  is_system         boolean        not null,
  sort_order        int            not null,
  permissions_count int            not null constraint roles_permissions_counted check (permissions_count >= 0),
  version           int            not null default 1 constraint roles_version_from_one check (version >= 1),
  created_at        timestamptz(3) not null default util.now(),
  updated_at        timestamptz(3) not null default util.now(),
  -- The row stays: the log of grants goes on to name it.
  deleted_at        timestamptz(3),
  constraint roles_system_stays check (not is_system or deleted_at is null)
);

create unique index roles_role_name_key on rbac.roles (role_name) where deleted_at is null;

create table rbac.role_permissions (
  role_id        uuid           not null
    constraint role_permissions_role_fkey references rbac.roles (id) on delete restrict,
  permission_id  uuid           not null
    constraint role_permissions_permission_fkey references rbac.permissions (id) on delete restrict,
  -- Held only on courses that the user created or instructs.
  on_own_courses boolean        not null default false,
  granted_by     uuid constraint role_permissions_granted_by_fkey references public.profiles (id) on delete restrict,
  granted_at     timestamptz(3) not null default util.now(),
  reason         text,
  created_at     timestamptz(3) not null default util.now(),
  updated_at     timestamptz(3) not null default util.now(),
  constraint role_permissions_pkey primary key (role_id, permission_id)
);

create index idx_role_permissions_permission on rbac.role_permissions (permission_id);
create index idx_role_permissions_granted_by on rbac.role_permissions (granted_by);

create function rbac.keep_system_roles() returns trigger
  language plpgsql
  set search_path = ''
  as $$
    begin
      if old.is_system and (tg_op = 'DELETE' or new.role_name <> old.role_name or not new.is_system) then
        raise exception 'the role % is part of the system: it is neither deleted nor renamed', old.role_name
          using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end
  $$;

create trigger roles_system_stays before update or delete on rbac.roles
  for each row execute function rbac.keep_system_roles();

insert into rbac.permissions (id, permission_key, description, is_dangerous, created_at, updated_at)
select id::uuid, permission_key, description, is_dangerous, 'epoch'::timestamptz, 'epoch'::timestamptz
from (values
  ('00000000-0000-7000-9000-000000000001', 'content.create', 'Create courses', false),
  ('00000000-0000-7000-9000-000000000002', 'content.edit', 'Edit courses, modules and lessons, whoever made them', false),
  ('00000000-0000-7000-9000-000000000003', 'content.review', 'See what is in review, and send it back', false),
  ('00000000-0000-7000-9000-000000000004', 'content.publish', 'Approve and publish', false),
  ('00000000-0000-7000-9000-000000000005', 'content.archive', 'Archive, unpublish and restore what is published', true),
  ('00000000-0000-7000-9000-000000000006', 'manage_content', 'Keep tags, categories and media in order', false),
  ('00000000-0000-7000-9000-000000000007', 'media.manage', 'Upload and change media', false),
  ('00000000-0000-7000-9000-000000000008', 'manage_users', 'See all users, suspend them, grant and revoke roles', true),
  ('00000000-0000-7000-9000-000000000009', 'view_analytics', 'Read analytics', false),
  ('00000000-0000-7000-9000-000000000010', 'billing.view', 'See payments and entitlements', false),
  ('00000000-0000-7000-9000-000000000011', 'billing.manage', 'Grant and revoke entitlements', true),
  ('00000000-0000-7000-9000-000000000012', 'assessments:create', 'Create assessments and questions', false),
  ('00000000-0000-7000-9000-000000000013', 'assessments:read', 'Read assessments with their answers', false),
  ('00000000-0000-7000-9000-000000000014', 'assessments:update', 'Change assessments and questions', false),
  ('00000000-0000-7000-9000-000000000015', 'assessments:delete', 'Delete assessments and questions', true),
  ('00000000-0000-7000-9000-000000000016', 'assessments:grade', 'Grade answers', false),
  ('00000000-0000-7000-9000-000000000017', 'referrals.manage', 'Change referral programs and rules', true),
  ('00000000-0000-7000-9000-000000000018', 'referrals.view', 'See referrals, clicks and commissions', false),
  ('00000000-0000-7000-9000-000000000019', 'referrals.payout', 'Approve payouts', true),
  ('00000000-0000-7000-9000-000000000020', 'community.participate', 'Write in discussions', false),
  ('00000000-0000-7000-9000-000000000021', 'community.moderate', 'Hide and remove what others wrote', false),
  ('00000000-0000-7000-9000-000000000022', 'operations.view', 'See health, events and jobs', false),
  ('00000000-0000-7000-9000-000000000023', 'operations.manage', 'Flip kill switches, replay events and jobs', true),
  ('00000000-0000-7000-9000-000000000024', 'privacy.manage', 'Run privacy requests', true)
) as shipped (id, permission_key, description, is_dangerous);

insert into rbac.roles (id, role_name, description, is_system, sort_order, permissions_count, created_at, updated_at)
select id::uuid, role_name, description, is_system, sort_order, permissions_count, 'epoch'::timestamptz, 'epoch'::timestamptz
from (values
  ('00000000-0000-7000-8000-000000000000', 'visitor', 'Whoever is not signed in', true, 0, 0),
  ('00000000-0000-7000-8000-000000000010', 'member', 'Everybody who is signed in', true, 10, 1),
  ('00000000-0000-7000-8000-000000000020', 'premium_member', 'Paying members', true, 20, 0),
  ('00000000-0000-7000-8000-000000000030', 'moderator', 'Reviews, publishes and moderates', true, 30, 12),
  ('00000000-0000-7000-8000-000000000040', 'admin', 'May do everything', true, 40, 11),
  ('00000000-0000-7000-8000-000000000100', 'instructor', 'Makes courses, and runs those of their own', false, 25, 9)
) as shipped (id, role_name, description, is_system, sort_order, permissions_count);

insert into rbac.role_permissions (role_id, permission_id, on_own_courses, granted_at, created_at, updated_at)
select r.id, p.id, on_own_courses, 'epoch'::timestamptz, 'epoch'::timestamptz, 'epoch'::timestamptz
from (values
  ('member', 'community.participate', false),
  ('moderator', 'assessments:create', false),
  ('moderator', 'assessments:grade', false),
  ('moderator', 'assessments:read', false),
  ('moderator', 'assessments:update', false),
  ('moderator', 'community.moderate', false),
  ('moderator', 'content.edit', false),
  ('moderator', 'content.publish', false),
  ('moderator', 'content.review', false),
  ('moderator', 'manage_content', false),
  ('moderator', 'media.manage', false),
  ('moderator', 'referrals.view', false),
  ('moderator', 'view_analytics', false),
  ('admin', 'assessments:delete', false),
  ('admin', 'billing.manage', false),
  ('admin', 'billing.view', false),
  ('admin', 'content.archive', false),
  ('admin', 'content.create', false),
  ('admin', 'manage_users', false),
  ('admin', 'operations.manage', false),
  ('admin', 'operations.view', false),
  ('admin', 'privacy.manage', false),
  ('admin', 'referrals.manage', false),
  ('admin', 'referrals.payout', false),
  ('instructor', 'assessments:create', true),
  ('instructor', 'assessments:delete', true),
  ('instructor', 'assessments:grade', true),
  ('instructor', 'assessments:read', true),
  ('instructor', 'assessments:update', true),
  ('instructor', 'content.create', false),
  ('instructor', 'content.edit', true),
  ('instructor', 'media.manage', true),
  ('instructor', 'view_analytics', true)
) as shipped (role_name, permission_key, on_own_courses)
join rbac.roles r using (role_name)
join rbac.permissions p using (permission_key);

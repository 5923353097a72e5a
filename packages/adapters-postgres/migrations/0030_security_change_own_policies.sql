-- Who deleted their profile reads what was theirs by export only (IDN-7): SQL showed them their entitlements, their roles
-- and how they came by them, where the API had said no (PG-10).
-- Locks the three tables against everything for the blink in which their policies are replaced.

-- access.user_entitlements
alter table access.user_entitlements owner to lyceum_owner;
alter table access.user_entitlements enable row level security;
alter table access.user_entitlements force row level security;
revoke all on access.user_entitlements from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on access.user_entitlements to service_role;
drop policy if exists service_role_all on access.user_entitlements;
create policy service_role_all on access.user_entitlements for all to service_role
  using (true) with check (true);
grant select on access.user_entitlements to authenticated;
drop policy if exists authenticated_select on access.user_entitlements;
create policy authenticated_select on access.user_entitlements for select to authenticated
  using (
    user_id = (select public.reader_id())
    or (select rbac.has_permission('billing.view'))
  );
grant select (id, user_id, entitlement_type, entitlement_ref, status, starts_at, expires_at) on access.user_entitlements to lyceum_definer;

-- rbac.role_grants_log
alter table rbac.role_grants_log owner to lyceum_owner;
alter table rbac.role_grants_log enable row level security;
alter table rbac.role_grants_log force row level security;
revoke all on rbac.role_grants_log from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on rbac.role_grants_log to service_role;
drop policy if exists service_role_select on rbac.role_grants_log;
create policy service_role_select on rbac.role_grants_log for select to service_role
  using (true);
drop policy if exists service_role_insert on rbac.role_grants_log;
create policy service_role_insert on rbac.role_grants_log for insert to service_role
  with check (true);
grant select on rbac.role_grants_log to authenticated;
drop policy if exists authenticated_select on rbac.role_grants_log;
create policy authenticated_select on rbac.role_grants_log for select to authenticated
  using (
    user_id = (select public.reader_id())
    or (select rbac.has_permission('manage_users'))
  );

-- rbac.user_roles
alter table rbac.user_roles owner to lyceum_owner;
alter table rbac.user_roles enable row level security;
alter table rbac.user_roles force row level security;
revoke all on rbac.user_roles from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on rbac.user_roles to service_role;
drop policy if exists service_role_all on rbac.user_roles;
create policy service_role_all on rbac.user_roles for all to service_role
  using (true) with check (true);
grant select on rbac.user_roles to authenticated;
drop policy if exists authenticated_select on rbac.user_roles;
create policy authenticated_select on rbac.user_roles for select to authenticated
  using (
    user_id = (select public.reader_id())
    or (select rbac.has_permission('manage_users'))
  );
grant select (user_id, role_id, is_active, expires_at) on rbac.user_roles to lyceum_definer;

-- The roles of the database (PG-6): an owner, a definer for the functions that look past row-level security, the three
-- roles that policies name, and the logins that become them, which hold nothing themselves. Roles are the cluster's:
-- those that exist are kept. Written by src/security/roles.ts.
-- Locks nothing in this database.

do $all$
begin
if (select count(*) from pg_roles where rolname = any('{lyceum_owner,lyceum_definer,anon,authenticated,service_role,lyceum_api,lyceum_service,lyceum_batch}')) < 8 then

  -- Roles are the cluster's: the migration of another of its databases may be making them at this moment.
  if to_regrole('lyceum_owner') is null then
  begin create role lyceum_owner nologin; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('lyceum_definer') is null then
  begin create role lyceum_definer nologin bypassrls; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('anon') is null then
  begin create role anon nologin; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('authenticated') is null then
  begin create role authenticated nologin; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('service_role') is null then
  begin create role service_role nologin; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('lyceum_api') is null then
  begin create role lyceum_api login noinherit; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('lyceum_service') is null then
  begin create role lyceum_service login noinherit; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if to_regrole('lyceum_batch') is null then
  begin create role lyceum_batch login noinherit; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if not pg_has_role('lyceum_api', 'anon', 'member') then
  begin grant anon to lyceum_api; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if not pg_has_role('lyceum_api', 'authenticated', 'member') then
  begin grant authenticated to lyceum_api; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if not pg_has_role('lyceum_service', 'service_role', 'member') then
  begin grant service_role to lyceum_service; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if not pg_has_role('lyceum_batch', 'service_role', 'member') then
  begin grant service_role to lyceum_batch; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  if not pg_has_role('lyceum_batch', 'lyceum_owner', 'member') then
  begin grant lyceum_owner to lyceum_batch; exception when duplicate_object or unique_violation or internal_error then null; end;
  end if;
  begin alter role lyceum_api set statement_timeout = '5s'; exception when duplicate_object or unique_violation or internal_error then null; end;
  begin alter role lyceum_api set lock_timeout = '2s'; exception when duplicate_object or unique_violation or internal_error then null; end;
  begin alter role lyceum_api set idle_in_transaction_session_timeout = '5s'; exception when duplicate_object or unique_violation or internal_error then null; end;
  begin alter role lyceum_service set statement_timeout = '5s'; exception when duplicate_object or unique_violation or internal_error then null; end;
  begin alter role lyceum_service set lock_timeout = '2s'; exception when duplicate_object or unique_violation or internal_error then null; end;
  begin alter role lyceum_service set idle_in_transaction_session_timeout = '5s'; exception when duplicate_object or unique_violation or internal_error then null; end;
  begin alter role lyceum_batch set statement_timeout = 0; exception when duplicate_object or unique_violation or internal_error then null; end;

end if;
exception when insufficient_privilege then
  raise exception 'the roles of Lyceum are missing, and % may not make them: have an administrator run, once, what lyceum migrate --roles prints, and migrate again', current_user
    using errcode = 'insufficient_privilege';
end
$all$;

-- What is made from here on belongs to the owner, which the migrating user can become.
do $member$
begin
  if not pg_has_role(current_user, 'lyceum_owner', 'usage') then
    execute format('grant lyceum_owner to %I', current_user);
  end if;
  if not pg_has_role(current_user, 'lyceum_definer', 'usage') then
    execute format('grant lyceum_definer to %I', current_user);
  end if;
exception when insufficient_privilege then
  raise exception '% is no member of lyceum_owner and lyceum_definer: have an administrator run: grant lyceum_owner, lyceum_definer to %', current_user, current_user
    using errcode = 'insufficient_privilege';
end
$member$;

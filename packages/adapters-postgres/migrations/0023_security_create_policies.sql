-- Who may see which rows and columns of what (PG-6 to PG-8, PG-16), written by src/security/print.ts from the table in
-- src/security/tables.ts: owners, row-level security forced on every table, policies, grants.
-- Locks each table exclusively for a moment; nothing is rewritten.

-- access
revoke create on schema access from public;
revoke all on schema access from anon, authenticated;
grant usage on schema access to anon, authenticated, service_role, lyceum_definer;
grant usage, create on schema access to lyceum_owner;

-- assessments
revoke create on schema assessments from public;
revoke all on schema assessments from anon, authenticated;
grant usage on schema assessments to service_role, lyceum_definer;
grant usage, create on schema assessments to lyceum_owner;

-- auth
do $auth$
begin
  if pg_has_role(current_user, (select nspowner from pg_namespace where nspname = 'auth'), 'usage') then
    grant usage on schema auth to lyceum_definer, service_role, anon, authenticated;
  end if;
end
$auth$;

-- content
revoke create on schema content from public;
revoke all on schema content from anon, authenticated;
grant usage on schema content to anon, authenticated, service_role, lyceum_definer;
grant usage, create on schema content to lyceum_owner;

-- gamification
revoke create on schema gamification from public;
revoke all on schema gamification from anon, authenticated;
grant usage on schema gamification to service_role, lyceum_definer;
grant usage, create on schema gamification to lyceum_owner;

-- learn
revoke create on schema learn from public;
revoke all on schema learn from anon, authenticated;
grant usage on schema learn to authenticated, service_role, lyceum_definer;
grant usage, create on schema learn to lyceum_owner;

-- media
revoke create on schema media from public;
revoke all on schema media from anon, authenticated;
grant usage on schema media to authenticated, service_role, lyceum_definer;
grant usage, create on schema media to lyceum_owner;

-- public
revoke create on schema public from public;
revoke all on schema public from anon, authenticated;
grant usage on schema public to anon, authenticated, service_role, lyceum_definer;
grant usage, create on schema public to lyceum_owner;

-- rbac
revoke create on schema rbac from public;
revoke all on schema rbac from anon, authenticated;
grant usage on schema rbac to anon, authenticated, service_role, lyceum_definer;
grant usage, create on schema rbac to lyceum_owner;

-- referrals
revoke create on schema referrals from public;
revoke all on schema referrals from anon, authenticated;
grant usage on schema referrals to authenticated, service_role, lyceum_definer;
grant usage, create on schema referrals to lyceum_owner;

-- util
revoke create on schema util from public;
revoke all on schema util from anon, authenticated;
grant usage on schema util to anon, authenticated, service_role, lyceum_definer;
grant usage, create on schema util to lyceum_owner;

-- To give it functions; taken back below.
grant create on schema access to lyceum_definer;
grant create on schema content to lyceum_definer;
grant create on schema public to lyceum_definer;
grant create on schema rbac to lyceum_definer;

-- access.course_access_rules
alter table access.course_access_rules owner to lyceum_owner;
alter table access.course_access_rules enable row level security;
alter table access.course_access_rules force row level security;
revoke all on access.course_access_rules from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on access.course_access_rules to service_role;
drop policy if exists service_role_all on access.course_access_rules;
create policy service_role_all on access.course_access_rules for all to service_role
  using (true) with check (true);
grant select on access.course_access_rules to anon, authenticated;
drop policy if exists anon_select on access.course_access_rules;
create policy anon_select on access.course_access_rules for select to anon
  using (
    exists (select 1 from content.courses c where c.id = course_access_rules.course_id and (c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= (select util.now()))))
  );
drop policy if exists authenticated_select on access.course_access_rules;
create policy authenticated_select on access.course_access_rules for select to authenticated
  using (
    (select rbac.has_permission('manage_content'))
    or course_access_rules.course_id = any ((select access.kept_courses())::uuid[])
    or exists (select 1 from content.courses c where c.id = course_access_rules.course_id and (c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= (select util.now())) or (select rbac.has_permission('content.edit')) or c.created_by = (select public.active_id()) or c.instructor_id = (select public.active_id()) or (c.workflow_status = 'in_review' and (select rbac.has_permission('content.review')))))
  );
grant select (course_id, required_tier_id, is_active) on access.course_access_rules to lyceum_definer;

-- access.deployment
alter table access.deployment owner to lyceum_owner;
alter table access.deployment enable row level security;
alter table access.deployment force row level security;
revoke all on access.deployment from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on access.deployment to service_role;
drop policy if exists service_role_all on access.deployment;
create policy service_role_all on access.deployment for all to service_role
  using (true) with check (true);
grant select (course_default) on access.deployment to lyceum_definer;

-- access.lesson_access_overrides
alter table access.lesson_access_overrides owner to lyceum_owner;
alter table access.lesson_access_overrides enable row level security;
alter table access.lesson_access_overrides force row level security;
revoke all on access.lesson_access_overrides from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on access.lesson_access_overrides to service_role;
drop policy if exists service_role_all on access.lesson_access_overrides;
create policy service_role_all on access.lesson_access_overrides for all to service_role
  using (true) with check (true);
grant select on access.lesson_access_overrides to authenticated;
drop policy if exists authenticated_select on access.lesson_access_overrides;
create policy authenticated_select on access.lesson_access_overrides for select to authenticated
  using (
    (select rbac.has_permission('manage_content'))
  );
grant select (id, lesson_id, override_type, required_tier_id, starts_at, expires_at) on access.lesson_access_overrides to lyceum_definer;

-- access.tiers
alter table access.tiers owner to lyceum_owner;
alter table access.tiers enable row level security;
alter table access.tiers force row level security;
revoke all on access.tiers from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on access.tiers to service_role;
drop policy if exists service_role_all on access.tiers;
create policy service_role_all on access.tiers for all to service_role
  using (true) with check (true);
grant select on access.tiers to anon, authenticated;
drop policy if exists anon_select on access.tiers;
create policy anon_select on access.tiers for select to anon
  using (
    is_active
  );
drop policy if exists authenticated_select on access.tiers;
create policy authenticated_select on access.tiers for select to authenticated
  using (
    is_active
    or (select rbac.has_permission('billing.view'))
  );
grant select (id, tier_key, sort_order) on access.tiers to lyceum_definer;

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
    user_id = (select auth.uid())
    or (select rbac.has_permission('billing.view'))
  );
grant select (id, user_id, entitlement_type, entitlement_ref, status, starts_at, expires_at) on access.user_entitlements to lyceum_definer;

-- content.course_slugs
alter table content.course_slugs owner to lyceum_owner;
alter table content.course_slugs enable row level security;
alter table content.course_slugs force row level security;
revoke all on content.course_slugs from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.course_slugs to service_role;
drop policy if exists service_role_all on content.course_slugs;
create policy service_role_all on content.course_slugs for all to service_role
  using (true) with check (true);
grant select on content.course_slugs to anon, authenticated;
drop policy if exists anon_select on content.course_slugs;
create policy anon_select on content.course_slugs for select to anon
  using (
    exists (select 1 from content.courses c where c.id = course_slugs.course_id)
  );
drop policy if exists authenticated_select on content.course_slugs;
create policy authenticated_select on content.course_slugs for select to authenticated
  using (
    exists (select 1 from content.courses c where c.id = course_slugs.course_id)
  );

-- content.course_tags
alter table content.course_tags owner to lyceum_owner;
alter table content.course_tags enable row level security;
alter table content.course_tags force row level security;
revoke all on content.course_tags from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.course_tags to service_role;
drop policy if exists service_role_all on content.course_tags;
create policy service_role_all on content.course_tags for all to service_role
  using (true) with check (true);
grant select on content.course_tags to anon, authenticated;
drop policy if exists anon_select on content.course_tags;
create policy anon_select on content.course_tags for select to anon
  using (
    exists (select 1 from content.courses c where c.id = course_tags.course_id)
  );
drop policy if exists authenticated_select on content.course_tags;
create policy authenticated_select on content.course_tags for select to authenticated
  using (
    exists (select 1 from content.courses c where c.id = course_tags.course_id)
  );

-- content.courses
alter table content.courses owner to lyceum_owner;
alter table content.courses enable row level security;
alter table content.courses force row level security;
revoke all on content.courses from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.courses to service_role;
drop policy if exists service_role_all on content.courses;
create policy service_role_all on content.courses for all to service_role
  using (true) with check (true);
grant select on content.courses to anon, authenticated;
drop policy if exists anon_select on content.courses;
create policy anon_select on content.courses for select to anon
  using (
    courses.workflow_status = 'published' and (courses.publish_at is null or courses.publish_at <= (select util.now()))
  );
drop policy if exists authenticated_select on content.courses;
create policy authenticated_select on content.courses for select to authenticated
  using (
    courses.workflow_status = 'published' and (courses.publish_at is null or courses.publish_at <= (select util.now()))
    or (select rbac.has_permission('content.edit'))
    or courses.created_by = (select public.active_id()) or courses.instructor_id = (select public.active_id())
    or (workflow_status = 'in_review' and (select rbac.has_permission('content.review')))
    or id = any ((select content.courses_in_review())::uuid[])
  );
grant select (id, workflow_status, publish_at, created_by, instructor_id) on content.courses to lyceum_definer;

-- content.lesson_slugs
alter table content.lesson_slugs owner to lyceum_owner;
alter table content.lesson_slugs enable row level security;
alter table content.lesson_slugs force row level security;
revoke all on content.lesson_slugs from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.lesson_slugs to service_role;
drop policy if exists service_role_all on content.lesson_slugs;
create policy service_role_all on content.lesson_slugs for all to service_role
  using (true) with check (true);
grant select on content.lesson_slugs to anon, authenticated;
drop policy if exists anon_select on content.lesson_slugs;
create policy anon_select on content.lesson_slugs for select to anon
  using (
    exists (select 1 from content.lessons l where l.id = lesson_slugs.lesson_id)
  );
drop policy if exists authenticated_select on content.lesson_slugs;
create policy authenticated_select on content.lesson_slugs for select to authenticated
  using (
    exists (select 1 from content.lessons l where l.id = lesson_slugs.lesson_id)
  );

-- content.lessons
alter table content.lessons owner to lyceum_owner;
alter table content.lessons enable row level security;
alter table content.lessons force row level security;
revoke all on content.lessons from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.lessons to service_role;
drop policy if exists service_role_all on content.lessons;
create policy service_role_all on content.lessons for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on content.lessons to anon, authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'content.lessons'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{text_content,content,quiz_config,project_instructions,video_url,resources}'));
end
$columns$;
drop policy if exists anon_select on content.lessons;
create policy anon_select on content.lessons for select to anon
  using (
    workflow_status = 'published' and exists (
      select 1 from content.modules m join content.courses c on c.id = m.course_id
      where m.id = lessons.module_id and m.is_published and c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= (select util.now())))
  );
drop policy if exists authenticated_select on content.lessons;
create policy authenticated_select on content.lessons for select to authenticated
  using (
    (select rbac.has_permission('content.edit'))
    or (workflow_status = 'in_review' and (select rbac.has_permission('content.review')))
    or id = any ((select content.lessons_in_review())::uuid[])
    or (workflow_status = 'published' and exists (
      select 1 from content.modules m join content.courses c on c.id = m.course_id
      where m.id = lessons.module_id and m.is_published and c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= (select util.now()))))
    or exists (select 1 from content.courses c where c.id = lessons.course_id and (c.created_by = (select public.active_id()) or c.instructor_id = (select public.active_id())))
  );
grant select on content.lessons to lyceum_definer;

-- content.modules
alter table content.modules owner to lyceum_owner;
alter table content.modules enable row level security;
alter table content.modules force row level security;
revoke all on content.modules from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.modules to service_role;
drop policy if exists service_role_all on content.modules;
create policy service_role_all on content.modules for all to service_role
  using (true) with check (true);
grant select on content.modules to anon, authenticated;
drop policy if exists anon_select on content.modules;
create policy anon_select on content.modules for select to anon
  using (
    exists (select 1 from content.courses c where c.id = modules.course_id and (modules.is_published and c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= (select util.now()))))
  );
drop policy if exists authenticated_select on content.modules;
create policy authenticated_select on content.modules for select to authenticated
  using (
    (select rbac.has_permission('content.edit'))
    or exists (select 1 from content.courses c where c.id = modules.course_id and (modules.is_published and c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= (select util.now()))))
    or exists (select 1 from content.courses c where c.id = modules.course_id and (c.created_by = (select public.active_id()) or c.instructor_id = (select public.active_id()) or (c.workflow_status = 'in_review' and (select rbac.has_permission('content.review')))))
  );
grant select (id, module_order, is_published) on content.modules to lyceum_definer;

-- content.published_courses
alter table content.published_courses owner to lyceum_owner;
alter table content.published_courses enable row level security;
alter table content.published_courses force row level security;
revoke all on content.published_courses from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.published_courses to service_role;
drop policy if exists service_role_all on content.published_courses;
create policy service_role_all on content.published_courses for all to service_role
  using (true) with check (true);
grant select (course_id) on content.published_courses to lyceum_definer;

-- content.published_lessons
alter table content.published_lessons owner to lyceum_owner;
alter table content.published_lessons enable row level security;
alter table content.published_lessons force row level security;
revoke all on content.published_lessons from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.published_lessons to service_role;
drop policy if exists service_role_all on content.published_lessons;
create policy service_role_all on content.published_lessons for all to service_role
  using (true) with check (true);
grant select (lesson_id, data) on content.published_lessons to lyceum_definer;

-- content.revisions
alter table content.revisions owner to lyceum_owner;
alter table content.revisions enable row level security;
alter table content.revisions force row level security;
revoke all on content.revisions from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.revisions to service_role;
drop policy if exists service_role_all on content.revisions;
create policy service_role_all on content.revisions for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on content.revisions to authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'content.revisions'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{content}'));
end
$columns$;
drop policy if exists authenticated_select on content.revisions;
create policy authenticated_select on content.revisions for select to authenticated
  using (
    (select rbac.has_permission('content.edit'))
    or exists (select 1 from content.courses c where c.id = revisions.course_id and (c.created_by = (select public.active_id()) or c.instructor_id = (select public.active_id())))
    or ((select rbac.has_permission('content.review')) and case item_type when 'course' then exists (select 1 from content.courses c where c.id = revisions.course_id)
        else exists (select 1 from content.lessons l where l.id = revisions.lesson_id) end)
  );
grant select (course_id, lesson_id, item_type, workflow_status) on content.revisions to lyceum_definer;

-- content.tags
alter table content.tags owner to lyceum_owner;
alter table content.tags enable row level security;
alter table content.tags force row level security;
revoke all on content.tags from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.tags to service_role;
drop policy if exists service_role_all on content.tags;
create policy service_role_all on content.tags for all to service_role
  using (true) with check (true);
grant select on content.tags to anon, authenticated;
drop policy if exists anon_select on content.tags;
create policy anon_select on content.tags for select to anon
  using (
    true
  );
drop policy if exists authenticated_select on content.tags;
create policy authenticated_select on content.tags for select to authenticated
  using (
    true
  );

-- content.workflow_history
alter table content.workflow_history owner to lyceum_owner;
alter table content.workflow_history enable row level security;
alter table content.workflow_history force row level security;
revoke all on content.workflow_history from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on content.workflow_history to service_role;
drop policy if exists service_role_all on content.workflow_history;
create policy service_role_all on content.workflow_history for all to service_role
  using (true) with check (true);
grant select on content.workflow_history to authenticated;
drop policy if exists authenticated_select on content.workflow_history;
create policy authenticated_select on content.workflow_history for select to authenticated
  using (
    (item_type = 'course' and exists (select 1 from content.courses c where c.id = workflow_history.item_id and ((select rbac.has_permission('content.edit')) or (select rbac.has_permission('content.review')) or c.created_by = (select public.active_id()) or c.instructor_id = (select public.active_id()))))
    or (item_type = 'lesson' and exists (
        select 1 from content.lessons l where l.id = workflow_history.item_id
          and ((select rbac.has_permission('content.edit')) or (select rbac.has_permission('content.review')) or exists (select 1 from content.courses c where c.id = l.course_id and (c.created_by = (select public.active_id()) or c.instructor_id = (select public.active_id()))))))
  );

-- learn.user_progress
alter table learn.user_progress owner to lyceum_owner;
alter table learn.user_progress enable row level security;
alter table learn.user_progress force row level security;
revoke all on learn.user_progress from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on learn.user_progress to service_role;
drop policy if exists service_role_all on learn.user_progress;
create policy service_role_all on learn.user_progress for all to service_role
  using (true) with check (true);
grant select on learn.user_progress to authenticated;
drop policy if exists authenticated_select on learn.user_progress;
create policy authenticated_select on learn.user_progress for select to authenticated
  using (
    user_id = (select public.reader_id())
  );
grant select (user_id, lesson_id, completed_at, created_at) on learn.user_progress to lyceum_definer;

-- media.asset_variants
alter table media.asset_variants owner to lyceum_owner;
alter table media.asset_variants enable row level security;
alter table media.asset_variants force row level security;
revoke all on media.asset_variants from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on media.asset_variants to service_role;
drop policy if exists service_role_all on media.asset_variants;
create policy service_role_all on media.asset_variants for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on media.asset_variants to authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'media.asset_variants'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{external_url}'));
end
$columns$;
drop policy if exists authenticated_select on media.asset_variants;
create policy authenticated_select on media.asset_variants for select to authenticated
  using (
    exists (select 1 from media.assets a where a.id = asset_variants.asset_id)
  );

-- media.assets
alter table media.assets owner to lyceum_owner;
alter table media.assets enable row level security;
alter table media.assets force row level security;
revoke all on media.assets from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on media.assets to service_role;
drop policy if exists service_role_all on media.assets;
create policy service_role_all on media.assets for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on media.assets to authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'media.assets'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{external_id,external_url,processing_data}'));
end
$columns$;
drop policy if exists authenticated_select on media.assets;
create policy authenticated_select on media.assets for select to authenticated
  using (
    (select rbac.has_permission('media.manage'))
    or (uploaded_by = (select public.active_id()) and (select rbac.has_permission_on_own_courses('media.manage')))
  );

-- public.profile_links
alter table public.profile_links owner to lyceum_owner;
alter table public.profile_links enable row level security;
alter table public.profile_links force row level security;
revoke all on public.profile_links from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on public.profile_links to service_role;
drop policy if exists service_role_all on public.profile_links;
create policy service_role_all on public.profile_links for all to service_role
  using (true) with check (true);
grant select on public.profile_links to anon, authenticated;
drop policy if exists anon_select on public.profile_links;
create policy anon_select on public.profile_links for select to anon
  using (
    is_public and exists (select 1 from public.profiles p where p.id = profile_links.user_id and p.is_public and p.status <> 'deleted')
  );
drop policy if exists authenticated_select on public.profile_links;
create policy authenticated_select on public.profile_links for select to authenticated
  using (
    user_id = (select public.reader_id())
    or (select rbac.has_permission('manage_users'))
    or (is_public and exists (select 1 from public.profiles p where p.id = profile_links.user_id and p.is_public and p.status <> 'deleted'))
  );

-- public.profiles
alter table public.profiles owner to lyceum_owner;
alter table public.profiles enable row level security;
alter table public.profiles force row level security;
revoke all on public.profiles from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on public.profiles to service_role;
drop policy if exists service_role_all on public.profiles;
create policy service_role_all on public.profiles for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on public.profiles to anon, authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'public.profiles'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{email,locale,time_zone,last_seen_at}'));
end
$columns$;
drop policy if exists anon_select on public.profiles;
create policy anon_select on public.profiles for select to anon
  using (
    is_public and status <> 'deleted'
  );
drop policy if exists authenticated_select on public.profiles;
create policy authenticated_select on public.profiles for select to authenticated
  using (
    id = (select public.reader_id())
    or (select rbac.has_permission('manage_users'))
    or (is_public and status <> 'deleted')
  );
grant select on public.profiles to lyceum_definer;

-- public.user_consents
alter table public.user_consents owner to lyceum_owner;
alter table public.user_consents enable row level security;
alter table public.user_consents force row level security;
revoke all on public.user_consents from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on public.user_consents to service_role;
drop policy if exists service_role_select on public.user_consents;
create policy service_role_select on public.user_consents for select to service_role
  using (true);
drop policy if exists service_role_insert on public.user_consents;
create policy service_role_insert on public.user_consents for insert to service_role
  with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on public.user_consents to authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'public.user_consents'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{ip_hash}'));
end
$columns$;
drop policy if exists authenticated_select on public.user_consents;
create policy authenticated_select on public.user_consents for select to authenticated
  using (
    user_id = (select public.reader_id())
    or (select rbac.has_permission('manage_users'))
  );

-- public.user_settings
alter table public.user_settings owner to lyceum_owner;
alter table public.user_settings enable row level security;
alter table public.user_settings force row level security;
revoke all on public.user_settings from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on public.user_settings to service_role;
drop policy if exists service_role_all on public.user_settings;
create policy service_role_all on public.user_settings for all to service_role
  using (true) with check (true);
grant select on public.user_settings to authenticated;
drop policy if exists authenticated_select on public.user_settings;
create policy authenticated_select on public.user_settings for select to authenticated
  using (
    user_id = (select public.reader_id())
  );

-- rbac.permissions
alter table rbac.permissions owner to lyceum_owner;
alter table rbac.permissions enable row level security;
alter table rbac.permissions force row level security;
revoke all on rbac.permissions from public, anon, authenticated, service_role, lyceum_definer;
grant select on rbac.permissions to service_role;
drop policy if exists service_role_select on rbac.permissions;
create policy service_role_select on rbac.permissions for select to service_role
  using (true);
grant select on rbac.permissions to anon, authenticated;
drop policy if exists anon_select on rbac.permissions;
create policy anon_select on rbac.permissions for select to anon
  using (
    true
  );
drop policy if exists authenticated_select on rbac.permissions;
create policy authenticated_select on rbac.permissions for select to authenticated
  using (
    true
  );
grant select (id, permission_key) on rbac.permissions to lyceum_definer;

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
    user_id = (select auth.uid())
    or (select rbac.has_permission('manage_users'))
  );

-- rbac.role_permissions
alter table rbac.role_permissions owner to lyceum_owner;
alter table rbac.role_permissions enable row level security;
alter table rbac.role_permissions force row level security;
revoke all on rbac.role_permissions from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on rbac.role_permissions to service_role;
drop policy if exists service_role_all on rbac.role_permissions;
create policy service_role_all on rbac.role_permissions for all to service_role
  using (true) with check (true);
grant select on rbac.role_permissions to anon, authenticated;
drop policy if exists anon_select on rbac.role_permissions;
create policy anon_select on rbac.role_permissions for select to anon
  using (
    exists (select 1 from rbac.roles r where r.id = role_permissions.role_id)
  );
drop policy if exists authenticated_select on rbac.role_permissions;
create policy authenticated_select on rbac.role_permissions for select to authenticated
  using (
    exists (select 1 from rbac.roles r where r.id = role_permissions.role_id)
  );
grant select (role_id, permission_id, on_own_courses) on rbac.role_permissions to lyceum_definer;

-- rbac.roles
alter table rbac.roles owner to lyceum_owner;
alter table rbac.roles enable row level security;
alter table rbac.roles force row level security;
revoke all on rbac.roles from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on rbac.roles to service_role;
drop policy if exists service_role_all on rbac.roles;
create policy service_role_all on rbac.roles for all to service_role
  using (true) with check (true);
grant select on rbac.roles to anon, authenticated;
drop policy if exists anon_select on rbac.roles;
create policy anon_select on rbac.roles for select to anon
  using (
    deleted_at is null
  );
drop policy if exists authenticated_select on rbac.roles;
create policy authenticated_select on rbac.roles for select to authenticated
  using (
    deleted_at is null
  );
grant select on rbac.roles to lyceum_definer;

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
    user_id = (select auth.uid())
    or (select rbac.has_permission('manage_users'))
  );
grant select (user_id, role_id, is_active, expires_at) on rbac.user_roles to lyceum_definer;

-- util.address_salts
alter table util.address_salts owner to lyceum_owner;
alter table util.address_salts enable row level security;
alter table util.address_salts force row level security;
revoke all on util.address_salts from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.address_salts to service_role;
drop policy if exists service_role_all on util.address_salts;
create policy service_role_all on util.address_salts for all to service_role
  using (true) with check (true);

-- util.api_keys
alter table util.api_keys owner to lyceum_owner;
alter table util.api_keys enable row level security;
alter table util.api_keys force row level security;
revoke all on util.api_keys from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.api_keys to service_role;
drop policy if exists service_role_all on util.api_keys;
create policy service_role_all on util.api_keys for all to service_role
  using (true) with check (true);

-- util.event_deliveries
alter table util.event_deliveries owner to lyceum_owner;
alter table util.event_deliveries enable row level security;
alter table util.event_deliveries force row level security;
revoke all on util.event_deliveries from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.event_deliveries to service_role;
drop policy if exists service_role_all on util.event_deliveries;
create policy service_role_all on util.event_deliveries for all to service_role
  using (true) with check (true);

-- util.event_outbox
alter table util.event_outbox owner to lyceum_owner;
alter table util.event_outbox enable row level security;
alter table util.event_outbox force row level security;
revoke all on util.event_outbox from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on util.event_outbox to service_role;
drop policy if exists service_role_select on util.event_outbox;
create policy service_role_select on util.event_outbox for select to service_role
  using (true);
drop policy if exists service_role_insert on util.event_outbox;
create policy service_role_insert on util.event_outbox for insert to service_role
  with check (true);

-- util.feature_flags
alter table util.feature_flags owner to lyceum_owner;
alter table util.feature_flags enable row level security;
alter table util.feature_flags force row level security;
revoke all on util.feature_flags from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.feature_flags to service_role;
drop policy if exists service_role_all on util.feature_flags;
create policy service_role_all on util.feature_flags for all to service_role
  using (true) with check (true);
grant select on util.feature_flags to authenticated;
drop policy if exists authenticated_select on util.feature_flags;
create policy authenticated_select on util.feature_flags for select to authenticated
  using (
    (select rbac.has_permission('operations.view'))
  );

-- util.idempotency_keys
alter table util.idempotency_keys owner to lyceum_owner;
alter table util.idempotency_keys enable row level security;
alter table util.idempotency_keys force row level security;
revoke all on util.idempotency_keys from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.idempotency_keys to service_role;
drop policy if exists service_role_all on util.idempotency_keys;
create policy service_role_all on util.idempotency_keys for all to service_role
  using (true) with check (true);

-- util.jobs
alter table util.jobs owner to lyceum_owner;
alter table util.jobs enable row level security;
alter table util.jobs force row level security;
revoke all on util.jobs from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.jobs to service_role;
drop policy if exists service_role_all on util.jobs;
create policy service_role_all on util.jobs for all to service_role
  using (true) with check (true);

-- util.migrations_meta
alter table util.migrations_meta owner to lyceum_owner;
alter table util.migrations_meta enable row level security;
alter table util.migrations_meta force row level security;
revoke all on util.migrations_meta from public, anon, authenticated, service_role, lyceum_definer;
grant select on util.migrations_meta to service_role;
drop policy if exists service_role_select on util.migrations_meta;
create policy service_role_select on util.migrations_meta for select to service_role
  using (true);
drop policy if exists owner_all on util.migrations_meta;
create policy owner_all on util.migrations_meta for all to lyceum_owner
  using (true) with check (true);

-- util.webhook_deliveries
alter table util.webhook_deliveries owner to lyceum_owner;
alter table util.webhook_deliveries enable row level security;
alter table util.webhook_deliveries force row level security;
revoke all on util.webhook_deliveries from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.webhook_deliveries to service_role;
drop policy if exists service_role_all on util.webhook_deliveries;
create policy service_role_all on util.webhook_deliveries for all to service_role
  using (true) with check (true);

-- util.webhook_subscriptions
alter table util.webhook_subscriptions owner to lyceum_owner;
alter table util.webhook_subscriptions enable row level security;
alter table util.webhook_subscriptions force row level security;
revoke all on util.webhook_subscriptions from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on util.webhook_subscriptions to service_role;
drop policy if exists service_role_all on util.webhook_subscriptions;
create policy service_role_all on util.webhook_subscriptions for all to service_role
  using (true) with check (true);

-- content.courses_published
alter view content.courses_published owner to lyceum_owner;
alter view content.courses_published set (security_invoker = true);
revoke all on content.courses_published from public, anon, authenticated, service_role;
grant select on content.courses_published to service_role, anon, authenticated;

-- content.lessons_published
alter view content.lessons_published owner to lyceum_owner;
alter view content.lessons_published set (security_invoker = true);
revoke all on content.lessons_published from public, anon, authenticated, service_role;
grant select on content.lessons_published to service_role, anon, authenticated;

-- content.workflow_dashboard
alter view content.workflow_dashboard owner to lyceum_owner;
alter view content.workflow_dashboard set (security_invoker = true);
revoke all on content.workflow_dashboard from public, anon, authenticated, service_role;
grant select on content.workflow_dashboard to service_role, authenticated;

-- referrals.feature_flags
alter view referrals.feature_flags owner to lyceum_owner;
alter view referrals.feature_flags set (security_invoker = true);
revoke all on referrals.feature_flags from public, anon, authenticated, service_role;
grant select on referrals.feature_flags to service_role, authenticated;

-- util.index_usage
alter view util.index_usage owner to lyceum_owner;
alter view util.index_usage set (security_invoker = true);
revoke all on util.index_usage from public, anon, authenticated, service_role;
grant select on util.index_usage to service_role;

-- util.job_queue
alter view util.job_queue owner to lyceum_owner;
alter view util.job_queue set (security_invoker = true);
revoke all on util.job_queue from public, anon, authenticated, service_role;
grant select on util.job_queue to service_role;

-- access.can_read_course(uuid)
alter function access.can_read_course(uuid) owner to lyceum_definer;
revoke all on function access.can_read_course(uuid) from public, anon, authenticated;
grant execute on function access.can_read_course(uuid) to service_role, lyceum_definer, authenticated;

-- access.can_read_lesson(uuid)
alter function access.can_read_lesson(uuid) owner to lyceum_definer;
revoke all on function access.can_read_lesson(uuid) from public, anon, authenticated;
grant execute on function access.can_read_lesson(uuid) to service_role, lyceum_definer, authenticated;

-- access.kept_courses()
alter function access.kept_courses() owner to lyceum_definer;
revoke all on function access.kept_courses() from public, anon, authenticated;
grant execute on function access.kept_courses() to service_role, lyceum_definer, authenticated;

-- access.method_for(uuid, uuid, uuid)
alter function access.method_for(uuid, uuid, uuid) owner to lyceum_definer;
revoke all on function access.method_for(uuid, uuid, uuid) from public, anon, authenticated;
grant execute on function access.method_for(uuid, uuid, uuid) to service_role, lyceum_definer;

-- access.rank_of(uuid)
alter function access.rank_of(uuid) owner to lyceum_definer;
revoke all on function access.rank_of(uuid) from public, anon, authenticated;
grant execute on function access.rank_of(uuid) to service_role, lyceum_definer;

-- access.user_can_access(text, uuid)
alter function access.user_can_access(text, uuid) owner to lyceum_definer;
revoke all on function access.user_can_access(text, uuid) from public, anon, authenticated;
grant execute on function access.user_can_access(text, uuid) to service_role, lyceum_definer, authenticated;

-- auth.jwt()
do $auth$
begin
  if pg_has_role(current_user, (select proowner from pg_proc where oid = 'auth.jwt()'::regprocedure), 'usage') then
    revoke all on function auth.jwt() from public, anon, authenticated;
    grant execute on function auth.jwt() to service_role, lyceum_definer, anon, authenticated;
  end if;
end
$auth$;

-- auth.role()
do $auth$
begin
  if pg_has_role(current_user, (select proowner from pg_proc where oid = 'auth.role()'::regprocedure), 'usage') then
    revoke all on function auth.role() from public, anon, authenticated;
    grant execute on function auth.role() to service_role, lyceum_definer, anon, authenticated;
  end if;
end
$auth$;

-- auth.uid()
do $auth$
begin
  if pg_has_role(current_user, (select proowner from pg_proc where oid = 'auth.uid()'::regprocedure), 'usage') then
    revoke all on function auth.uid() from public, anon, authenticated;
    grant execute on function auth.uid() to service_role, lyceum_definer, anon, authenticated;
  end if;
end
$auth$;

-- content.courses_in_review()
alter function content.courses_in_review() owner to lyceum_definer;
revoke all on function content.courses_in_review() from public, anon, authenticated;
grant execute on function content.courses_in_review() to service_role, lyceum_definer, authenticated;

-- content.lessons_in_review()
alter function content.lessons_in_review() owner to lyceum_definer;
revoke all on function content.lessons_in_review() from public, anon, authenticated;
grant execute on function content.lessons_in_review() to service_role, lyceum_definer, authenticated;

-- content.read_lesson(uuid)
alter function content.read_lesson(uuid) owner to lyceum_definer;
revoke all on function content.read_lesson(uuid) from public, anon, authenticated;
grant execute on function content.read_lesson(uuid) to service_role, lyceum_definer, anon, authenticated;

-- public.active_id()
alter function public.active_id() owner to lyceum_definer;
revoke all on function public.active_id() from public, anon, authenticated;
grant execute on function public.active_id() to service_role, lyceum_definer, authenticated;

-- public.my_profile()
alter function public.my_profile() owner to lyceum_definer;
revoke all on function public.my_profile() from public, anon, authenticated;
grant execute on function public.my_profile() to service_role, lyceum_definer, authenticated;

-- public.reader_id()
alter function public.reader_id() owner to lyceum_definer;
revoke all on function public.reader_id() from public, anon, authenticated;
grant execute on function public.reader_id() to service_role, lyceum_definer, authenticated;

-- rbac.has_permission(text)
alter function rbac.has_permission(text) owner to lyceum_definer;
revoke all on function rbac.has_permission(text) from public, anon, authenticated;
grant execute on function rbac.has_permission(text) to service_role, lyceum_definer, authenticated;

-- rbac.has_permission_on_own_courses(text)
alter function rbac.has_permission_on_own_courses(text) owner to lyceum_definer;
revoke all on function rbac.has_permission_on_own_courses(text) from public, anon, authenticated;
grant execute on function rbac.has_permission_on_own_courses(text) to service_role, lyceum_definer, authenticated;

-- rbac.has_role(text)
alter function rbac.has_role(text) owner to lyceum_definer;
revoke all on function rbac.has_role(text) from public, anon, authenticated;
grant execute on function rbac.has_role(text) to service_role, lyceum_definer, authenticated;

-- rbac.holds(uuid, text, boolean)
alter function rbac.holds(uuid, text, boolean) owner to lyceum_definer;
revoke all on function rbac.holds(uuid, text, boolean) from public, anon, authenticated;
grant execute on function rbac.holds(uuid, text, boolean) to service_role, lyceum_definer;

-- rbac.keep_system_roles()
alter function rbac.keep_system_roles() owner to lyceum_owner;
revoke all on function rbac.keep_system_roles() from public, anon, authenticated;
grant execute on function rbac.keep_system_roles() to service_role, lyceum_definer;

-- rbac.live_roles(uuid)
alter function rbac.live_roles(uuid) owner to lyceum_definer;
revoke all on function rbac.live_roles(uuid) from public, anon, authenticated;
grant execute on function rbac.live_roles(uuid) to service_role, lyceum_definer;

-- util.now()
alter function util.now() owner to lyceum_owner;
revoke all on function util.now() from public, anon, authenticated;
grant execute on function util.now() to service_role, lyceum_definer, anon, authenticated;

-- util.refuse_change()
alter function util.refuse_change() owner to lyceum_owner;
revoke all on function util.refuse_change() from public, anon, authenticated;
grant execute on function util.refuse_change() to service_role, lyceum_definer;

-- Enums, whose owner alone can add a literal.
do $types$
declare name text;
begin
  for name in select format('%I.%I', n.nspname, t.typname) from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'e' and n.nspname = any ('{access,assessments,content,gamification,learn,media,public,rbac,referrals,util}') order by 1
  loop
    execute format('alter type %s owner to lyceum_owner', name);
  end loop;
end
$types$;

revoke create on schema access from lyceum_definer;
revoke create on schema content from lyceum_definer;
revoke create on schema public from lyceum_definer;
revoke create on schema rbac from lyceum_definer;

-- What is made later is nobody's until its migration says whose.
alter default privileges revoke execute on functions from public;
alter default privileges for role lyceum_owner revoke execute on functions from public;

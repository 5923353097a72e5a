-- Who asks, and what they may do, as the core decides it (PG-6, PG-7, PG-8, PG-16): the helpers of policies, and the
-- functions through which direct clients read what no column grant gives them.
-- Locks nothing: everything here is new.

-- Identity, as the API and Supabase set it for each transaction. Those that exist are kept.
do $identity$
begin
  if to_regprocedure('auth.jwt()') is null then
    -- After a transaction that set it, the setting reads as '' in the same session, and ''::jsonb is an error.
    create function auth.jwt() returns jsonb language sql stable parallel safe set search_path = ''
      as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
  end if;
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable parallel safe set search_path = ''
      as $$ select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid $$;
  end if;
  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable parallel safe set search_path = ''
      as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
  end if;
end
$identity$;

-- What the deployment decides and SQL has to know (ACC-3 step 2). The program keeps it equal to its configuration.
create table access.deployment (
  only_row       boolean        not null default true constraint deployment_pkey primary key
    constraint deployment_one_row check (only_row),
  course_default text           not null constraint deployment_course_default_known check (course_default in ('open', 'closed')),
  created_at     timestamptz(3) not null default util.now(),
  updated_at     timestamptz(3) not null default util.now()
);
insert into access.deployment (course_default) values ('open');

-- Source: IDN-7, IDN-9. Whoever was suspended or deleted their profile stands as a visitor; who has none yet is active.
create function public.active_id() returns uuid language sql stable security definer set search_path = '' as $$
  select auth.uid() where auth.uid() is not null
    and not exists (select 1 from public.profiles p where p.id = auth.uid() and p.status <> 'active')
$$;
comment on function public.active_id() is 'The signed-in user, unless suspended or deleted. Source: IDN-9.';

-- Who deleted their profile reads their own only by an export.
create function public.reader_id() returns uuid language sql stable security definer set search_path = '' as $$
  select auth.uid() where auth.uid() is not null
    and not exists (select 1 from public.profiles p where p.id = auth.uid() and p.status = 'deleted')
$$;
comment on function public.reader_id() is 'The signed-in user, unless they deleted their profile. Source: IDN-7.';

create function access.rank_of(who uuid) returns int language sql stable security definer set search_path = '' as $$
  select coalesce(max(t.sort_order), (select f.sort_order from access.tiers f where f.tier_key = 'free'), 0)
  from access.user_entitlements e join access.tiers t on t.tier_key = e.entitlement_ref
  where e.user_id = who and e.entitlement_type <> 'course_specific' and e.status <> 'revoked'
    and e.starts_at <= util.now() and (e.expires_at is null or util.now() < e.expires_at)
$$;
comment on function access.rank_of(uuid) is 'The rank of a user by what they hold in force. Source: ACC-2.';

-- The live roles of an active user: assigned, member, and premium_member while something in force ranks so.
create function rbac.live_roles(who uuid) returns setof rbac.roles
  language sql stable security definer set search_path = '' as $$
  select r.* from rbac.roles r
  where who is not null and r.deleted_at is null
    and not exists (select 1 from public.profiles p where p.id = who and p.status <> 'active')
    and (
      r.id in (select u.role_id from rbac.user_roles u
        where u.user_id = who and u.is_active and (u.expires_at is null or util.now() < u.expires_at))
      or (r.is_system and r.role_name = 'member')
      or (r.is_system and r.role_name = 'premium_member'
        and exists (
          select 1 from access.user_entitlements e join access.tiers t on t.tier_key = e.entitlement_ref
          where e.user_id = who and e.entitlement_type <> 'course_specific' and e.status <> 'revoked'
            and e.starts_at <= util.now() and (e.expires_at is null or util.now() < e.expires_at)
            and t.sort_order >= (select p.sort_order from access.tiers p where p.tier_key = 'premium')))
    )
$$;
comment on function rbac.live_roles(uuid) is 'The roles whose permissions a user holds by themselves. Source: RBAC-1, RBAC-8.';

create function rbac.holds(who uuid, permission text, on_own_courses boolean) returns boolean
  language sql stable security definer set search_path = '' as $$
  select who is not null and exists (
    select 1 from rbac.live_roles(who) l
    join rbac.roles r on r.deleted_at is null and (r.id = l.id
      or (r.is_system and case when l.is_system then r.sort_order < l.sort_order else r.role_name = 'member' end))
    join rbac.role_permissions h on h.role_id = r.id and h.on_own_courses = holds.on_own_courses
    join rbac.permissions p on p.id = h.permission_id and p.permission_key = holds.permission
  )
$$;
comment on function rbac.holds(uuid, text, boolean) is
  'Whether a user holds a permission, everywhere or on own courses only. Source: RBAC-1, RBAC-7.';

create function rbac.has_permission(permission text) returns boolean
  language sql stable security definer set search_path = '' as $$ select rbac.holds(auth.uid(), permission, false) $$;
comment on function rbac.has_permission(text) is 'Whether who asks holds the permission everywhere. Source: RBAC-7.';

create function rbac.has_permission_on_own_courses(permission text) returns boolean
  language sql stable security definer set search_path = '' as $$ select rbac.holds(auth.uid(), permission, true) $$;
comment on function rbac.has_permission_on_own_courses(text) is
  'Whether who asks holds the permission on courses of their own. Source: RBAC-7.';

create function rbac.has_role(role text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select case
    when auth.uid() is null or public.active_id() is null then role = 'visitor'
    else role = 'member' or exists (select 1 from rbac.live_roles(auth.uid()) l where l.role_name = role)
  end
$$;
comment on function rbac.has_role(text) is 'Whether who asks holds the role now. Source: RBAC-1, RBAC-8.';

-- The whole decision, as access/rules/policies.ts makes it: what it is called there stands here beside each step.
create function access.method_for(who uuid, of_course uuid, of_lesson uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
  declare
    at timestamptz := util.now();
    lesson record;
    course record;
    override record;
    entitlement text;
    is_own boolean;
    is_staff boolean;
    is_live boolean;
    in_review boolean;
    is_kept boolean;
    first_access timestamptz;
    before uuid;
    required int;
  begin
    -- A suspended user reads what is open to anonymous (ACC-20).
    if exists (select 1 from public.profiles p where p.id = who and p.status <> 'active') then
      who := null;
    end if;

    if of_lesson is not null then
      select l.id, l.course_id, l.module_id, l.lesson_order, l.workflow_status, l.is_free_preview, l.drip,
        m.is_published as in_published_module, m.module_order,
        exists (select 1 from content.published_lessons k where k.lesson_id = l.id) as is_kept
      into lesson from content.lessons l join content.modules m on m.id = l.module_id where l.id = of_lesson;
      if not found then return null; end if;
      of_course := lesson.course_id;
    end if;
    select c.id, c.workflow_status, c.created_by, c.instructor_id,
      c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= at) as is_published,
      exists (select 1 from content.published_courses k where k.course_id = c.id) as is_kept
    into course from content.courses c where c.id = of_course;
    if not found then return null; end if;

    is_own := coalesce(course.created_by = who, false) or coalesce(course.instructor_id = who, false);
    is_staff := rbac.holds(who, 'content.edit', false);
    select e.entitlement_type into entitlement from access.user_entitlements e
    where e.user_id = who and e.entitlement_ref = of_course::text and e.entitlement_type <> 'tier' and e.status <> 'revoked'
      and e.starts_at <= at and (e.expires_at is null or at < e.expires_at)
    order by e.expires_at desc nulls first, e.id limit 1;

    is_live := course.is_published;
    in_review := course.workflow_status = 'in_review';
    is_kept := course.is_kept;
    if of_lesson is not null then
      is_live := is_live and lesson.workflow_status = 'published' and lesson.in_published_module;
      in_review := lesson.workflow_status = 'in_review' or (in_review and lesson.workflow_status = 'published');
      is_kept := lesson.is_kept;
    end if;

    -- ACC-3 step 1, ACC-4 step 1.
    if not is_live then
      return case
        when is_own then 'own'
        when in_review and rbac.holds(who, 'content.review', false) then 'reviewer'
        when is_staff then 'staff'
        when is_kept and entitlement is not null then 'owner'
      end;
    end if;

    required := (select t.sort_order from access.course_access_rules r join access.tiers t on t.id = r.required_tier_id
      where r.course_id = of_course and r.is_active);

    if of_lesson is not null then
      -- ACC-5: a lock first, else the one that started last; of two, the stricter.
      select o.override_type, t.sort_order into override
      from access.lesson_access_overrides o left join access.tiers t on t.id = o.required_tier_id
      where o.lesson_id = of_lesson and (o.starts_at is null or o.starts_at <= at) and (o.expires_at is null or at < o.expires_at)
      order by (o.override_type = 'locked') desc, o.starts_at desc nulls last,
        coalesce(t.sort_order, -1) desc, o.id
      limit 1;
      if override.override_type = 'locked' and not (is_own or is_staff) then return null; end if;

      -- ACC-4 step 3, CON-13.
      if lesson.drip is not null and not (is_own or is_staff) and not exists (
        select 1 from learn.user_progress p
        where p.user_id = who and p.lesson_id = of_lesson and p.completed_at is not null)
      then
        if lesson.drip ? 'opensAt' then
          if at < (lesson.drip ->> 'opensAt')::timestamptz then return null; end if;
        elsif lesson.drip ? 'afterDays' then
          select min(p.created_at) into first_access
          from learn.user_progress p join content.lessons l on l.id = p.lesson_id
          where p.user_id = who and l.course_id = of_course;
          if first_access is null or at < first_access + (lesson.drip ->> 'afterDays')::int * interval '24 hours' then
            return null;
          end if;
        else
          select l.id into before from content.lessons l join content.modules m on m.id = l.module_id
          where l.course_id = of_course and l.workflow_status = 'published' and m.is_published
            and (m.module_order, l.lesson_order) < (lesson.module_order, lesson.lesson_order)
          order by m.module_order desc, l.lesson_order desc limit 1;
          if before is not null and not exists (
            select 1 from learn.user_progress p
            where p.user_id = who and p.lesson_id = before and p.completed_at is not null)
          then return null; end if;
        end if;
      end if;

      if lesson.is_free_preview then return 'free_preview'; end if;
      if override.override_type = 'open' then return 'override_open'; end if;
      if override.override_type = 'require_tier' then required := override.sort_order; end if;
    end if;

    -- ACC-3 steps 2 to 7.
    return case
      when required is null and (select d.course_default from access.deployment d) = 'open' then 'open'
      when who is null then null
      when entitlement is not null then
        case entitlement when 'course_specific' then 'course_entitlement' else entitlement end
      when access.rank_of(who) >= required then 'tier'
      when is_own then 'own'
      when is_staff then 'staff'
    end;
  end
$$;
comment on function access.method_for(uuid, uuid, uuid) is
  'How a user, or a visitor, may read a course or a lesson; null where they may not. Source: ACC-3, ACC-4.';

create function access.can_read_course(course_id uuid) returns boolean
  language sql stable security definer set search_path = '' as $$
  select access.method_for(auth.uid(), course_id, null) is not null
$$;
create function access.can_read_lesson(lesson_id uuid) returns boolean
  language sql stable security definer set search_path = '' as $$
  select access.method_for(auth.uid(), null, lesson_id) is not null
$$;
comment on function access.can_read_course(uuid) is 'Whether who asks may read the course now. Source: ACC-3.';
comment on function access.can_read_lesson(uuid) is 'Whether who asks may read the lesson now. Source: ACC-4.';

create function access.user_can_access(resource_type text, id uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
  begin
    case resource_type
      when 'course' then return access.can_read_course(id);
      when 'lesson' then return access.can_read_lesson(id);
      else raise exception '% has no access rule here', resource_type using errcode = 'feature_not_supported';
    end case;
  end
$$;
comment on function access.user_can_access(text, uuid) is 'One door for courses and lessons. Source: ACC-8.';

-- Ids that policies compare with, found once per statement.
create function content.courses_in_review() returns uuid[] language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(r.course_id), '{}') from content.revisions r
  where r.item_type = 'course' and r.workflow_status = 'in_review' and rbac.has_permission('content.review')
$$;
create function content.lessons_in_review() returns uuid[] language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(r.lesson_id), '{}') from content.revisions r
  where r.item_type = 'lesson' and r.workflow_status = 'in_review' and rbac.has_permission('content.review')
$$;
comment on function content.courses_in_review() is 'To reviewers, courses with a revision handed in. Source: CON-5, CON-9.';
comment on function content.lessons_in_review() is 'To reviewers, lessons with a revision handed in. Source: CON-5, CON-9.';

create function access.kept_courses() returns uuid[] language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(k.course_id), '{}')
  from access.user_entitlements e join content.published_courses k on k.course_id::text = e.entitlement_ref
  where e.user_id = public.active_id() and e.entitlement_type <> 'tier' and e.entitlement_ref like '%-%'
    and e.status <> 'revoked' and e.starts_at <= util.now() and (e.expires_at is null or util.now() < e.expires_at)
$$;
comment on function access.kept_courses() is 'Courses whose last published version who asks keeps. Source: CON-9.';

-- The body of a lesson for who may read it, without the answers to its questions; null for all others.
create function content.read_lesson(lesson_id uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
  declare
    method text := access.method_for(auth.uid(), null, lesson_id);
    body jsonb;
  begin
    if method is null then return null; end if;
    if method = 'owner' then
      body := (select k.data from content.published_lessons k where k.lesson_id = read_lesson.lesson_id);
    else
      body := (select to_jsonb(l) from content.lessons l where l.id = read_lesson.lesson_id);
    end if;
    if jsonb_typeof(body -> 'quiz_config' -> 'questions') = 'array' then
      body := jsonb_set(body, '{quiz_config,questions}', (
        select coalesce(jsonb_agg(q.question - 'answer' - 'explanation' order by q.place), '[]')
        from jsonb_array_elements(body -> 'quiz_config' -> 'questions') with ordinality as q (question, place)));
    end if;
    return jsonb_strip_nulls(body);
  end
$$;
comment on function content.read_lesson(uuid) is
  'A lesson with its body, if who asks may read it; without answers. Source: ACC-4, PG-8.';

create function public.my_profile() returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_strip_nulls(to_jsonb(p)) from public.profiles p where p.id = public.reader_id()
$$;
comment on function public.my_profile() is
  'The whole profile of who asks, e-mail and time zone included; null once deleted. Source: IDN-3, PG-8.';

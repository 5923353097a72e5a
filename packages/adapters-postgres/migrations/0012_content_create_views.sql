-- The views of content (CON-11), and the indexes that its lists are read by.
-- Locks courses, lessons and revisions against writes while each index is built: they are empty when this first runs.

create extension if not exists pg_trgm;

-- The catalogue, in each of its orders, by each of its filters.
create index idx_courses_published on content.courses (published_at desc, id desc) where workflow_status = 'published';
create index idx_courses_title on content.courses (title, id) where workflow_status = 'published';
create index idx_courses_popularity on content.courses (learner_count desc, id desc) where workflow_status = 'published';
create index idx_courses_category_difficulty on content.courses (category, difficulty)
  where workflow_status = 'published';
create index idx_courses_search on content.courses using gin (search_text gin_trgm_ops)
  where workflow_status = 'published';

-- The board: one status after the other, the oldest first.
create index idx_courses_workflow_status on content.courses (workflow_status, coalesce(submitted_at, updated_at), id);
create index idx_lessons_workflow_status on content.lessons (workflow_status, coalesce(submitted_at, updated_at), id);
create index idx_revisions_workflow_status on content.revisions
  (workflow_status, coalesce(submitted_at, updated_at), coalesce(lesson_id, course_id))
  where workflow_status in ('draft', 'in_review');

-- All items, the open revisions beside published ones among them.
create view content.workflow_dashboard with (security_invoker = true) as
  select 'course'::content.item_type as item_type, c.id as item_id, c.id as course_id, false as is_revision,
    c.workflow_status, c.title, c.created_by, coalesce(c.submitted_at, c.updated_at) as since,
    util.now() - coalesce(c.submitted_at, c.updated_at) as age,
    (select count(*) from content.lessons l where l.course_id = c.id) as lesson_count
  from content.courses c
  union all
  select 'lesson', l.id, l.course_id, false, l.workflow_status, l.title, l.created_by,
    coalesce(l.submitted_at, l.updated_at), util.now() - coalesce(l.submitted_at, l.updated_at), null
  from content.lessons l
  union all
  select r.item_type, coalesce(r.lesson_id, r.course_id), r.course_id, true, r.workflow_status, r.title,
    r.created_by, coalesce(r.submitted_at, r.updated_at), util.now() - coalesce(r.submitted_at, r.updated_at),
    case when r.item_type = 'course' then (select count(*) from content.lessons l where l.course_id = r.course_id) end
  from content.revisions r
  where r.workflow_status in ('draft', 'in_review');

comment on view content.workflow_dashboard is
  'Courses, lessons and open revisions by status; since: when handed in, or last changed. Source: CON-11.';

-- What is published, by the clock (CON-2, CON-4). Without bodies: the paywall guards those.
create view content.courses_published with (security_invoker = true) as
  select c.id, c.slug, c.title, c.description, c.category, c.difficulty, c.estimated_duration, c.cover_image_url,
    c.thumbnail_url, c.workflow_status, c.created_by, c.instructor_id, c.published_at, c.publish_at, c.learner_count,
    c.version, c.created_at, c.updated_at,
    c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= util.now()) as computed_is_published
  from content.courses c;

create view content.lessons_published with (security_invoker = true) as
  select l.id, l.course_id, l.module_id, l.lesson_order, l.slug, l.type, l.title, l.is_free_preview,
    l.estimated_duration, l.learning_objectives, l.prerequisites, l.drip, l.primary_media_id, l.workflow_status,
    l.created_by, l.published_at, l.version, l.created_at, l.updated_at,
    l.workflow_status = 'published' and m.is_published and c.workflow_status = 'published'
      and (c.publish_at is null or c.publish_at <= util.now()) as computed_is_published
  from content.lessons l
  join content.modules m on m.id = l.module_id
  join content.courses c on c.id = l.course_id;

comment on view content.courses_published is 'Courses; computed_is_published: readers see it now. Source: CON-11.';
comment on view content.lessons_published is 'Lessons; computed_is_published: the lesson is live (CON-4). Source: CON-11.';

-- Courses, modules and lessons; the revisions beside what is published, what is kept for those who hold an entitlement,
-- the history of transitions, and every slug that is or was an address (CON-1 to CON-9).
-- Locks nothing: everything here is new.

create type content.workflow_status as enum ('draft', 'in_review', 'published', 'archived');
create type content.difficulty as enum ('beginner', 'intermediate', 'advanced', 'expert');
create type content.lesson_type as enum ('video', 'article', 'quiz', 'project');
create type content.item_type as enum ('course', 'lesson');
create type content.transition_name as enum (
  'submit_for_review', 'approve_content', 'reject_content', 'withdraw_content',
  'archive_content', 'unpublish_content', 'restore_content'
);

create table content.courses (
  id                 uuid                    not null constraint courses_pkey primary key,
  slug               text                    not null collate "C" constraint courses_slug_key unique,
  title              text                    not null collate "C",
  description        text                    not null,
  category           text                    not null collate "C",
  difficulty         content.difficulty      not null,
  -- Minutes.
  estimated_duration int constraint courses_estimated_duration_counted check (estimated_duration >= 0),
  cover_image_url    text,
  thumbnail_url      text,
  workflow_status    content.workflow_status not null,
  created_by         uuid constraint courses_created_by_fkey references public.profiles (id) on delete restrict,
  instructor_id      uuid constraint courses_instructor_fkey references public.profiles (id) on delete set null,
  last_editor_id     uuid,
  submitted_at       timestamptz(3),
  -- When it was, or is going to be, published for the first time.
  published_at       timestamptz(3),
  -- Of a published course: before this instant it is not yet published (CON-2).
  publish_at         timestamptz(3),
  learner_count      int                     not null default 0
    constraint courses_learner_count_counted check (learner_count >= 0),
  -- Title and description as the search reads them: lower case, accents folded. The core writes it.
  search_text        text                    not null,
  version            int                     not null constraint courses_version_from_one check (version >= 1),
  created_at         timestamptz(3)          not null default util.now(),
  updated_at         timestamptz(3)          not null default util.now(),
  constraint courses_submitted_while_in_review check ((workflow_status = 'in_review') = (submitted_at is not null)),
  constraint courses_published_since check (workflow_status <> 'published' or published_at is not null),
  constraint courses_scheduled_is_published check (publish_at is null or workflow_status = 'published')
);

create index idx_courses_created_by on content.courses (created_by, id);
create index idx_courses_instructor on content.courses (instructor_id, id);

create table content.modules (
  id                  uuid           not null constraint modules_pkey primary key,
  course_id           uuid           not null
    constraint modules_course_fkey references content.courses (id) on delete cascade,
  module_order        int            not null constraint modules_order_from_one check (module_order >= 1),
  key                 text           not null collate "C",
  title               text           not null,
  description         text           not null,
  learning_objectives text[]         not null,
  is_published        boolean        not null,
  version             int            not null constraint modules_version_from_one check (version >= 1),
  created_at          timestamptz(3) not null default util.now(),
  updated_at          timestamptz(3) not null default util.now(),
  -- Deferred: a move numbers several at once.
  constraint modules_course_order_key unique (course_id, module_order) deferrable initially deferred,
  constraint modules_course_key_key unique (course_id, key),
  -- For lessons, which stand in a module of their own course.
  constraint modules_id_course_key unique (id, course_id)
);

create table content.lessons (
  id                   uuid                    not null constraint lessons_pkey primary key,
  course_id            uuid                    not null,
  module_id            uuid                    not null,
  lesson_order         int                     not null constraint lessons_order_from_one check (lesson_order >= 1),
  slug                 text                    not null collate "C",
  type                 content.lesson_type     not null,
  title                text                    not null,
  is_free_preview      boolean                 not null,
  -- Minutes.
  estimated_duration   int constraint lessons_estimated_duration_counted check (estimated_duration >= 0),
  learning_objectives  text[]                  not null,
  prerequisites        uuid[]                  not null,
  -- {opensAt} | {afterDays} | {afterPrevious} (CON-13).
  drip                 jsonb,
  primary_media_id     uuid constraint lessons_primary_media_fkey references media.assets (id) on delete restrict,
  -- Sensitive, down to resources: the body. Direct clients do not read it.
  text_content         text,
  content              jsonb,
  quiz_config          jsonb,
  project_instructions text,
  video_url            text,
  resources            jsonb                   not null,
  workflow_status      content.workflow_status not null,
  created_by           uuid constraint lessons_created_by_fkey references public.profiles (id) on delete restrict,
  last_editor_id       uuid,
  submitted_at         timestamptz(3),
  published_at         timestamptz(3),
  version              int                     not null constraint lessons_version_from_one check (version >= 1),
  created_at           timestamptz(3)          not null default util.now(),
  updated_at           timestamptz(3)          not null default util.now(),
  constraint lessons_module_fkey foreign key (module_id, course_id)
    references content.modules (id, course_id) on delete cascade,
  constraint lessons_module_order_key unique (module_id, lesson_order) deferrable initially deferred,
  constraint lessons_course_slug_key unique (course_id, slug),
  constraint lessons_submitted_while_in_review check ((workflow_status = 'in_review') = (submitted_at is not null)),
  constraint lessons_published_since check (workflow_status <> 'published' or published_at is not null)
);

create index idx_lessons_primary_media on content.lessons (primary_media_id) where primary_media_id is not null;
create index idx_lessons_created_by on content.lessons (created_by, id);

-- A slug that was ever published leads to its course for ever, also after the course has another, and stays taken when
-- the course is gone (CON-7).
create table content.course_slugs (
  slug        text           not null collate "C" constraint course_slugs_pkey primary key,
  course_id   uuid constraint course_slugs_course_fkey references content.courses (id)
    on delete set null deferrable initially deferred,
  is_reserved boolean        not null,
  created_at  timestamptz(3) not null default util.now(),
  updated_at  timestamptz(3) not null default util.now()
);

create index idx_course_slugs_course on content.course_slugs (course_id);

create table content.lesson_slugs (
  course_id   uuid           not null
    constraint lesson_slugs_course_fkey references content.courses (id) on delete cascade,
  slug        text           not null collate "C",
  lesson_id   uuid constraint lesson_slugs_lesson_fkey references content.lessons (id)
    on delete set null deferrable initially deferred,
  is_reserved boolean        not null,
  created_at  timestamptz(3) not null default util.now(),
  updated_at  timestamptz(3) not null default util.now(),
  constraint lesson_slugs_pkey primary key (course_id, slug)
);

create index idx_lesson_slugs_lesson on content.lesson_slugs (lesson_id);

create table content.revisions (
  id              uuid                    not null constraint revisions_pkey primary key,
  item_type       content.item_type       not null,
  course_id       uuid                    not null
    constraint revisions_course_fkey references content.courses (id) on delete cascade,
  lesson_id       uuid constraint revisions_lesson_fkey references content.lessons (id) on delete cascade,
  -- Sensitive: bodies that nobody published.
  content         jsonb                   not null,
  -- For who may read the board and not the body.
  title           text                    not null generated always as (content ->> 'title') stored,
  workflow_status content.workflow_status not null
    constraint revisions_never_archived check (workflow_status <> 'archived'),
  created_by      uuid constraint revisions_created_by_fkey references public.profiles (id) on delete restrict,
  last_editor_id  uuid,
  submitted_at    timestamptz(3),
  created_at      timestamptz(3)          not null default util.now(),
  updated_at      timestamptz(3)          not null default util.now(),
  constraint revisions_of_course_or_lesson check ((item_type = 'lesson') = (lesson_id is not null)),
  constraint revisions_submitted_while_in_review check ((workflow_status = 'in_review') = (submitted_at is not null))
);

-- At most one open revision beside a course or lesson.
create unique index revisions_open_course_key on content.revisions (course_id)
  where item_type = 'course' and workflow_status in ('draft', 'in_review');
create unique index revisions_open_lesson_key on content.revisions (lesson_id)
  where item_type = 'lesson' and workflow_status in ('draft', 'in_review');
create index idx_revisions_course on content.revisions (course_id, item_type, id);
create index idx_revisions_lesson on content.revisions (lesson_id, id);
create index idx_revisions_created_by on content.revisions (created_by, id);

-- CON-9: what learners read last of what is no longer live. `data` is sensitive: it holds bodies.
create table content.published_courses (
  course_id  uuid           not null constraint published_courses_pkey primary key
    constraint published_courses_course_fkey references content.courses (id) on delete cascade,
  data       jsonb          not null,
  kept_at    timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now()
);

create table content.published_lessons (
  lesson_id  uuid           not null constraint published_lessons_pkey primary key
    constraint published_lessons_lesson_fkey references content.lessons (id) on delete cascade,
  course_id  uuid           not null
    constraint published_lessons_course_fkey references content.courses (id) on delete cascade,
  data       jsonb          not null,
  kept_at    timestamptz(3) not null,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now()
);

create index idx_published_lessons_course on content.published_lessons (course_id, lesson_id);

-- CON-3: in the order of the item's versions, which a row lock makes one after the other.
create table content.workflow_history (
  item_type       content.item_type       not null,
  item_id         uuid                    not null,
  version         int                     not null,
  is_revision     boolean                 not null,
  transition_name content.transition_name not null,
  from_status     content.workflow_status not null,
  to_status       content.workflow_status not null,
  actor           jsonb                   not null,
  comment         text,
  publish_at      timestamptz(3),
  occurred_at     timestamptz(3)          not null,
  created_at      timestamptz(3)          not null default util.now(),
  updated_at      timestamptz(3)          not null default util.now(),
  constraint workflow_history_pkey primary key (item_type, item_id, version)
);

-- What happened stays as it happened; it goes only with its item (PG-3).
create trigger workflow_history_stays before update on content.workflow_history
  for each row execute function util.refuse_change();

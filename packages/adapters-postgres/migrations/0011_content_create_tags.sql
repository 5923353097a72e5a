-- Tags and which course carries which (CON-10).
-- Locks nothing: everything here is new.

create table content.tags (
  id           uuid           not null constraint tags_pkey primary key,
  slug         text           not null collate "C" constraint tags_slug_key unique,
  name         text           not null,
  description  text           not null,
  tag_category text           not null collate "C",
  is_featured  boolean        not null,
  -- The number of rows in course_tags; whoever writes those holds the tags they count.
  usage_count  int            not null default 0 constraint tags_usage_count_counted check (usage_count >= 0),
  created_at   timestamptz(3) not null default util.now(),
  updated_at   timestamptz(3) not null default util.now()
);

create table content.course_tags (
  course_id  uuid           not null
    constraint course_tags_course_fkey references content.courses (id) on delete cascade,
  tag_id     uuid           not null
    constraint course_tags_tag_fkey references content.tags (id) on delete cascade,
  created_at timestamptz(3) not null default util.now(),
  updated_at timestamptz(3) not null default util.now(),
  constraint course_tags_pkey primary key (course_id, tag_id)
);

create index idx_course_tags_tag on content.course_tags (tag_id, course_id);

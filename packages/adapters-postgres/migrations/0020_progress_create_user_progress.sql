-- What learners have done in lessons: the facts that drip gates read, and that keep lessons from being deleted
-- (CON-10, CON-13, LRN-2).
-- Locks nothing: everything here is new.

create type learn.progress_status as enum ('not_started', 'in_progress', 'completed');

create table learn.user_progress (
  id                    uuid                  not null constraint user_progress_pkey primary key,
  user_id               uuid                  not null
    constraint user_progress_user_fkey references public.profiles (id) on delete restrict,
  lesson_id             uuid                  not null
    constraint user_progress_lesson_fkey references content.lessons (id) on delete restrict,
  status                learn.progress_status not null,
  completion_percentage int                   not null
    constraint user_progress_percentage_bounded check (completion_percentage between 0 and 100),
  time_spent_minutes    int                   not null
    constraint user_progress_time_counted check (time_spent_minutes >= 0),
  attempts_count        int                   not null
    constraint user_progress_attempts_counted check (attempts_count >= 0),
  started_at            timestamptz(3),
  -- The first completion; it stays when the learner begins anew.
  completed_at          timestamptz(3),
  last_accessed_at      timestamptz(3)        not null,
  bookmarks             jsonb                 not null,
  -- The first access to the lesson.
  created_at            timestamptz(3)        not null default util.now(),
  updated_at            timestamptz(3)        not null default util.now(),
  constraint user_progress_user_lesson_key unique (user_id, lesson_id),
  constraint user_progress_started_agrees check (status = 'not_started' or started_at is not null),
  constraint user_progress_completed_agrees check (status <> 'completed' or completed_at is not null),
  constraint user_progress_percentage_agrees check (
    case status
      when 'completed' then completion_percentage = 100
      when 'not_started' then completion_percentage = 0
      else completion_percentage < 100
    end
  )
);

create index idx_user_progress_lesson on learn.user_progress (lesson_id);

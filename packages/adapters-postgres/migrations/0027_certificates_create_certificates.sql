-- What passing earned, what was withdrawn, and who looked (CRT-1 to CRT-7, CRT-9, PG-5).
-- Locks content.lessons, content.courses, public.profiles and the tables of assessments against changes of their own
-- shape, for as long as the foreign keys take to make; everything else is new.

create table assessments.certificates (
  id             uuid                         not null constraint certificates_pkey primary key,
  -- Its place in the lists of the revoked that signed credentials point to (CRT-8).
  status_index   bigint                       not null generated always as identity (minvalue 0 start with 0)
    constraint certificates_status_index_key unique,
  user_id        uuid                         not null
    constraint certificates_user_fkey references public.profiles (id) on delete restrict,
  attempt_id     uuid                         not null
    constraint certificates_attempt_fkey references assessments.attempts (id) on delete restrict,
  assessment_id  uuid                         not null
    constraint certificates_assessment_fkey references assessments.assessments (id) on delete restrict,
  scope          assessments.assessment_scope not null,
  lesson_id      uuid constraint certificates_lesson_fkey references content.lessons (id) on delete restrict,
  course_id      uuid constraint certificates_course_fkey references content.courses (id) on delete restrict,
  serial_number  text                         not null collate "C"
    constraint certificates_serial_number_spelled
      check (serial_number ~ '^LYC-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{8}[0-9A-HJKMNP-TV-Z*~$=U]$'),
  -- Absent, like nonce and the name's hash, on what was imported from before there were hashes (CRT-9).
  verify_hash    text                         collate "C"
    constraint certificates_verify_hash_spelled check (verify_hash ~ '^[0-9a-f]{64}$'),
  nonce          text                         collate "C" constraint certificates_nonce_spelled check (nonce ~ '^[0-9a-f]{32}$'),
  name_hash      text                         collate "C"
    constraint certificates_name_hash_spelled check (name_hash ~ '^[0-9a-f]{64}$'),
  -- Name and salt go when the person is erased; the hash goes on proving the rest (CRT-4).
  name_salt      text                         collate "C"
    constraint certificates_name_salt_spelled check (name_salt ~ '^[0-9a-f]{32}$'),
  recipient_name text,
  title          text                         not null,
  -- Exact: {numerator, denominator}, both as text.
  percentage     jsonb                        not null
    constraint certificates_percentage_positive check ((percentage ->> 'denominator')::numeric > 0),
  -- The day on it (CRT-10).
  earned_at      timestamptz(3)               not null,
  issued_at      timestamptz(3)               not null,
  revoked_at     timestamptz(3),
  superseded_by  text                         collate "C",
  corrects       uuid constraint certificates_corrects_fkey references assessments.certificates (id) on delete restrict,
  created_at     timestamptz(3)               not null default util.now(),
  updated_at     timestamptz(3)               not null default util.now(),
  constraint certificates_serial_number_key unique (serial_number),
  constraint certificates_verify_hash_unique unique (verify_hash),
  -- The old one is superseded first: until the end of the transaction its successor may be missing.
  constraint certificates_superseded_by_fkey foreign key (superseded_by)
    references assessments.certificates (serial_number) on delete restrict deferrable initially deferred,
  constraint certificate_scope_check check (
    (scope = 'lesson') = (lesson_id is not null) and (scope = 'course') = (course_id is not null)
  ),
  constraint certificates_hashes_together check (
    (verify_hash is null) = (nonce is null) and (verify_hash is null) = (name_hash is null)
    and (name_salt is null or verify_hash is not null)
    and (verify_hash is null or (name_salt is null) = (recipient_name is null))
  ),
  constraint certificates_in_order check (issued_at >= earned_at and revoked_at >= issued_at is not false),
  constraint certificates_not_of_itself check (
    superseded_by is distinct from serial_number and corrects is distinct from id
  )
);

-- One that counts for each learner and scope; what was revoked or superseded leaves room for another (CRT-2, PG-5).
create unique index certificates_user_lesson_passed_unique on assessments.certificates (user_id, lesson_id)
  where lesson_id is not null and revoked_at is null and superseded_by is null;
create unique index certificates_user_course_passed_unique on assessments.certificates (user_id, course_id)
  where lesson_id is null and revoked_at is null and superseded_by is null;
-- A learner's own, newest first.
create index idx_certificates_user on assessments.certificates (user_id, id);
create index idx_certificates_attempt on assessments.certificates (attempt_id, id);
create index idx_certificates_assessment on assessments.certificates (assessment_id);
create index idx_certificates_lesson on assessments.certificates (lesson_id) where lesson_id is not null;
create index idx_certificates_course on assessments.certificates (course_id) where course_id is not null;
create index idx_certificates_superseded_by on assessments.certificates (superseded_by) where superseded_by is not null;
create index idx_certificates_corrects on assessments.certificates (corrects) where corrects is not null;
-- The list of the revoked, and what waits for its hashes.
create index idx_certificates_revoked on assessments.certificates (status_index) where revoked_at is not null;
create index idx_certificates_unhashed on assessments.certificates (id) where verify_hash is null;

-- Why and by whom, for as long as there are records of grading: RESTRICT, not the CASCADE of the source (CRT-7, PG-5).
create table assessments.certificate_revocations (
  certificate_id uuid           not null constraint certificate_revocations_pkey primary key
    constraint certificate_revocations_certificate_fkey references assessments.certificates (id) on delete restrict,
  reason         text           not null
    constraint certificate_revocations_reason_sound check (char_length(reason) between 10 and 1000),
  -- Absent when a service did it.
  revoked_by     uuid
    constraint certificate_revocations_revoked_by_fkey references public.profiles (id) on delete restrict,
  revoked_at     timestamptz(3) not null,
  created_at     timestamptz(3) not null default util.now(),
  updated_at     timestamptz(3) not null default util.now()
);

create index idx_certificate_revocations_revoked_by on assessments.certificate_revocations (revoked_by)
  where revoked_by is not null;

create trigger certificate_revocations_append_only before update or delete on assessments.certificate_revocations
  for each row execute function util.refuse_change();
create trigger certificate_revocations_no_truncate before truncate on assessments.certificate_revocations
  for each statement execute function util.refuse_change();

-- Who looked at certificates, refused or not; no address, but its digest under the salt of the day (CRT-6, PG-5).
create table public.certificate_verification_logs (
  id               uuid           not null constraint certificate_verification_logs_pkey primary key,
  client_ip_hash   text           collate "C"
    constraint certificate_verification_logs_client_hash_is_one check (client_ip_hash ~ '^[0-9a-f]{64}$'),
  -- Absent where what was asked for is no hash.
  certificate_hash text           collate "C"
    constraint certificate_verification_logs_hash_is_one check (certificate_hash ~ '^[0-9a-f]{64}$'),
  user_agent       text,
  success          boolean        not null,
  -- The code of the refusal.
  error_message    text           collate "C",
  response_time_ms int            not null
    constraint certificate_verification_logs_time_counted check (response_time_ms >= 0),
  created_at       timestamptz(3) not null default util.now(),
  updated_at       timestamptz(3) not null default util.now(),
  constraint certificate_verification_logs_refusal_said check (success = (error_message is null))
);

-- The limit: when one client was let in, newest first.
create index idx_certificate_verification_logs_client on public.certificate_verification_logs
  (client_ip_hash, created_at desc) where client_ip_hash is not null;

-- By the digest of the day: who asks on both sides of midnight has two rows here; the limit itself adds them up.
create view public.certificate_verification_rate_limit as
  select client_ip_hash, count(*)::int as requests_last_hour, count(*) >= 100 as is_rate_limited
  from public.certificate_verification_logs
  where client_ip_hash is not null and created_at > util.now() - interval '1 hour'
    and error_message is distinct from 'certificates.verification_limited'
  group by client_ip_hash;

-- assessments.certificates
alter table assessments.certificates owner to lyceum_owner;
alter table assessments.certificates enable row level security;
alter table assessments.certificates force row level security;
revoke all on assessments.certificates from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert, update, delete on assessments.certificates to service_role;
drop policy if exists service_role_all on assessments.certificates;
create policy service_role_all on assessments.certificates for all to service_role
  using (true) with check (true);
do $columns$
begin
  execute (select format('grant select (%s) on assessments.certificates to authenticated', string_agg(quote_ident(attname), ', ' order by attnum))
    from pg_attribute where attrelid = 'assessments.certificates'::regclass and attnum > 0 and not attisdropped
      and attname <> all ('{nonce,name_hash,name_salt,percentage}'));
end
$columns$;
drop policy if exists authenticated_select on assessments.certificates;
create policy authenticated_select on assessments.certificates for select to authenticated
  using (
    user_id = (select public.reader_id())
    or (select rbac.has_permission('manage_users'))
  );

-- assessments.certificate_revocations
alter table assessments.certificate_revocations owner to lyceum_owner;
alter table assessments.certificate_revocations enable row level security;
alter table assessments.certificate_revocations force row level security;
revoke all on assessments.certificate_revocations from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on assessments.certificate_revocations to service_role;
drop policy if exists service_role_select on assessments.certificate_revocations;
create policy service_role_select on assessments.certificate_revocations for select to service_role
  using (true);
drop policy if exists service_role_insert on assessments.certificate_revocations;
create policy service_role_insert on assessments.certificate_revocations for insert to service_role
  with check (true);

-- public.certificate_verification_logs
alter table public.certificate_verification_logs owner to lyceum_owner;
alter table public.certificate_verification_logs enable row level security;
alter table public.certificate_verification_logs force row level security;
revoke all on public.certificate_verification_logs from public, anon, authenticated, service_role, lyceum_definer;
grant select, insert on public.certificate_verification_logs to service_role;
drop policy if exists service_role_select on public.certificate_verification_logs;
create policy service_role_select on public.certificate_verification_logs for select to service_role
  using (true);
drop policy if exists service_role_insert on public.certificate_verification_logs;
create policy service_role_insert on public.certificate_verification_logs for insert to service_role
  with check (true);

-- public.certificate_verification_rate_limit
alter view public.certificate_verification_rate_limit owner to lyceum_owner;
alter view public.certificate_verification_rate_limit set (security_invoker = true);
revoke all on public.certificate_verification_rate_limit from public, anon, authenticated, service_role;
grant select on public.certificate_verification_rate_limit to service_role;

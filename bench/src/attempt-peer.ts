/**
 * The peer: attempts as functions of plpgsql, one call each, over the very tables of ours. They keep what ours keeps: a
 * frozen, shuffled and hashed content, one running attempt a learner, revisions, a checked shape of each answer, a row in
 * the trail, an event for those who follow. They do not keep exact fractions, corrections in force, times when the
 * platform was read-only, or the names of choices from learners.
 */
export const peerFunctions: ReadonlyArray<string> = [
  `create function assessments.bench_tell(what text, asker uuid, attempt uuid, payload jsonb) returns void language plpgsql as $body$
  declare
    event uuid := gen_random_uuid(); at bigint;
  begin
    perform pg_advisory_xact_lock(1870004, hashtext(attempt::text) & 4095);
    insert into util.event_outbox (id, event_name, event_version, occurred_at, actor, actor_name, event_key, subjects, subject_ids, payload)
      values (event, 'assessments.bench_' || what, 1, now(), jsonb_build_object('_tag', 'User', 'id', asker), asker::text, attempt::text,
        jsonb_build_object('user', asker), array[asker::text], payload)
      returning position into at;
    insert into util.event_deliveries (event_id, subscriber, event_position, event_key, status, attempts, next_at)
      values (event, 'bench', at, attempt::text, 'pending', 0, now());
  end $body$`,
  `create function assessments.bench_start(asker uuid, wanted uuid) returns jsonb language plpgsql as $body$
  declare
    asked assessments.assessments; item record; running assessments.attempts; granted assessments.accommodations;
    started int; last_end timestamptz; seed text := replace(gen_random_uuid()::text, '-', ''); made uuid := gen_random_uuid();
    items jsonb := '[]'; shown jsonb := '[]'; one jsonb; snapshot jsonb; ends timestamptz;
  begin
    select * into asked from assessments.assessments where id = wanted;
    if not found then raise exception 'not_found'; end if;
    if not (access.bench_user_can_access(asker, 'course', asked.course_id) ->> 'can_access')::boolean then raise exception 'forbidden'; end if;
    perform 1 from public.profiles where id = asker for no key update;
    select * into running from assessments.attempts where user_id = asker and assessment_id = wanted and status in ('in_progress', 'submitted', 'needs_review');
    if found then return jsonb_build_object('resumed', true, 'id', running.id); end if;
    if not asked.is_published or asked.opens_at > now() or asked.closes_at <= now() then raise exception 'not_open'; end if;
    select count(*), max(coalesce(ended_at, submitted_at)) into started, last_end from assessments.attempts where user_id = asker and assessment_id = wanted;
    select * into granted from assessments.accommodations where user_id = asker and assessment_id = wanted;
    if started >= asked.attempt_limit + coalesce(granted.extra_attempts, 0) then raise exception 'attempt_limit'; end if;
    if last_end + make_interval(secs => asked.retake_cooldown_sec) > now() then raise exception 'too_soon'; end if;
    for item in
      select q.*, i.points_override, i.is_required from assessments.assessment_items i join assessments.questions q on q.id = i.question_id
      where i.assessment_id = wanted order by case when asked.shuffle_questions then md5(seed || q.id::text) end, i.display_order
    loop
      one := jsonb_strip_nulls(jsonb_build_object('type', item.type, 'questionId', item.id, 'questionVersion', item.question_version,
        'isRequired', item.is_required, 'body', item.body, 'points', coalesce(item.points_override, item.points), 'multiple', item.multiple,
        'scoring', item.scoring,
        'choices', (select jsonb_agg(c order by md5(seed || item.id || (c ->> 'id'))) from jsonb_array_elements(item.choices) c),
        'stems', item.stems,
        'targets', (select jsonb_agg(c order by md5(seed || item.id || (c ->> 'id'))) from jsonb_array_elements(item.targets) c)));
      shown := shown || jsonb_build_array(one);
      items := items || jsonb_build_array(one || jsonb_strip_nulls(jsonb_build_object('correctAnswers', item.correct_answers, 'explanation', item.explanation)));
    end loop;
    snapshot := jsonb_build_object('format', 1, 'assessmentId', asked.id, 'assessmentVersion', asked.version, 'title', asked.title,
      'passingScore', asked.passing_score, 'items', items);
    ends := least(now() + make_interval(secs => asked.time_limit_sec * coalesce(granted.time_factor_percent, 100) / 100.0 + coalesce(granted.extra_time_sec, 0)),
      coalesce(granted.closes_at, asked.closes_at));
    insert into assessments.attempts (id, user_id, assessment_id, attempt_no, status, attempt_seed, content_snapshot, content_snapshot_hash,
        responses, revision, started_at, time_limit_sec, closes_at, on_expiry, deadline)
      values (made, asker, wanted, started + 1, 'in_progress', seed, snapshot, encode(sha256(convert_to(snapshot::text, 'UTF8')), 'hex'),
        '[]', 0, now(), asked.time_limit_sec, asked.closes_at, asked.on_expiry, ends);
    perform assessments.bench_tell('started', asker, made, jsonb_build_object('attemptId', made, 'assessmentId', wanted));
    return jsonb_build_object('resumed', false, 'id', made, 'revision', 0, 'deadline', ends, 'items', shown);
  end $body$`,
  `create function assessments.bench_held(asker uuid, wanted uuid) returns assessments.attempts language plpgsql as $body$
  declare
    held assessments.attempts;
  begin
    select * into held from assessments.attempts where id = wanted and user_id = asker for update;
    if not found then raise exception 'not_found'; end if;
    if encode(sha256(convert_to(held.content_snapshot::text, 'UTF8')), 'hex') <> held.content_snapshot_hash then raise exception 'corrupt'; end if;
    if held.status = 'in_progress' and held.deadline + interval '5 seconds' < now() then raise exception 'deadline_passed'; end if;
    return held;
  end $body$`,
  `create function assessments.bench_save(asker uuid, wanted uuid, seen int, given jsonb) returns int language plpgsql as $body$
  declare
    held assessments.attempts := assessments.bench_held(asker, wanted); response jsonb; item jsonb; answer jsonb; bad boolean;
  begin
    if held.status <> 'in_progress' then raise exception 'not_open'; end if;
    if held.revision <> seen then raise exception 'stale'; end if;
    for response in select * from jsonb_array_elements(given) loop
      answer := response -> 'answer';
      select i into item from jsonb_array_elements(held.content_snapshot -> 'items') i where i ->> 'questionId' = response ->> 'questionId';
      if item is null then raise exception 'unknown question'; end if;
      bad := case item ->> 'type'
        when 'mcq' then exists (select 1 from jsonb_array_elements_text(answer -> 'choices') c where not exists (select 1 from jsonb_array_elements(item -> 'choices') k where k ->> 'id' = c))
          or (not (item ->> 'multiple')::boolean and jsonb_array_length(answer -> 'choices') > 1)
        when 'ordering' then (select count(distinct o) from jsonb_array_elements_text(answer -> 'order') o) <> jsonb_array_length(item -> 'choices')
          or exists (select 1 from jsonb_array_elements_text(answer -> 'order') c where not exists (select 1 from jsonb_array_elements(item -> 'choices') k where k ->> 'id' = c))
        when 'matching' then exists (select 1 from jsonb_array_elements(answer -> 'pairs') p
          where not exists (select 1 from jsonb_array_elements(item -> 'stems') k where k ->> 'id' = p ->> 'stem')
            or not exists (select 1 from jsonb_array_elements(item -> 'targets') k where k ->> 'id' = p ->> 'target'))
        when 'true_false' then jsonb_typeof(answer -> 'value') <> 'boolean'
        else jsonb_typeof(answer -> 'text') <> 'string' end;
      if bad is not false then raise exception 'invalid answer'; end if;
    end loop;
    update assessments.attempts set revision = revision + 1, updated_at = now(), responses = (
      select coalesce(jsonb_agg(coalesce(n, o)), '[]') from jsonb_array_elements(held.content_snapshot -> 'items') i
        left join jsonb_array_elements(held.responses) o on o ->> 'questionId' = i ->> 'questionId'
        left join jsonb_array_elements(given) n on n ->> 'questionId' = i ->> 'questionId'
      where coalesce(n, o) is not null)
      where id = wanted;
    return seen + 1;
  end $body$`,
  `create function assessments.bench_grade(item jsonb, answer jsonb) returns numeric language plpgsql immutable as $body$
  declare
    keys jsonb := item -> 'correctAnswers'; picked int; matched int; total int; part numeric; said text; number numeric; accepted jsonb;
  begin
    if answer is null then return 0; end if;
    case item ->> 'type'
      when 'mcq' then
        select count(*), count(*) filter (where keys -> 'choices' ? c) into picked, matched from jsonb_array_elements_text(answer -> 'choices') c;
        total := jsonb_array_length(keys -> 'choices');
        if picked = 0 then return 0; end if;
        part := case item ->> 'scoring'
          when 'net_correct' then greatest(0, (2 * matched - picked)::numeric / total)
          when 'each_choice' then 1 - (picked - matched + total - matched)::numeric / jsonb_array_length(item -> 'choices')
          else case when matched = total and picked = total then 1 else 0 end end;
      when 'true_false' then part := case when answer -> 'value' = keys -> 'value' then 1 else 0 end;
      when 'matching' then
        select count(*) into matched from jsonb_array_elements(answer -> 'pairs') p where keys -> 'pairs' @> jsonb_build_array(p);
        part := matched::numeric / jsonb_array_length(keys -> 'pairs');
      when 'ordering' then
        select count(*) into matched from jsonb_array_elements_text(answer -> 'order') with ordinality g (id, place)
          join jsonb_array_elements_text(keys -> 'order') with ordinality k (id, place) using (id, place);
        part := matched::numeric / jsonb_array_length(keys -> 'order');
      when 'numeric' then
        said := replace(trim(answer ->> 'text'), ',', '.');
        if said !~ '^[+-]?[0-9]*\\.?[0-9]+([eE][+-]?[0-9]{1,3})?$' then return 0; end if;
        number := said::numeric;
        part := case when abs(number - (keys ->> 'value')::numeric) <= coalesce((keys #>> '{tolerance,by}')::numeric
          * case when keys #>> '{tolerance,kind}' = 'relative' then abs((keys ->> 'value')::numeric) else 1 end, 0) then 1 else 0 end;
      when 'short_text' then
        said := lower(regexp_replace(trim(normalize(answer ->> 'text', NFKC)), '\\s+', ' ', 'g'));
        part := 0;
        for accepted in select * from jsonb_array_elements(keys -> 'answers') loop
          if said like replace(replace(lower(accepted ->> 'text'), '%', '\\%'), '*', '%') then
            part := greatest(part, (accepted #>> '{fraction,numerator}')::numeric / (accepted #>> '{fraction,denominator}')::numeric);
          end if;
        end loop;
    end case;
    return part * (item ->> 'points')::numeric;
  end $body$`,
  `create function assessments.bench_submit(asker uuid, wanted uuid, seen int) returns jsonb language plpgsql as $body$
  declare
    held assessments.attempts := assessments.bench_held(asker, wanted); item jsonb; points numeric; sum numeric := 0; most numeric := 0;
    given jsonb := '[]'; won boolean; before jsonb; after jsonb; shown jsonb := '[]'; response jsonb;
  begin
    if held.status <> 'in_progress' then return jsonb_build_object('status', held.status, 'passed', held.passed); end if;
    if held.revision <> seen then raise exception 'stale'; end if;
    for item in select * from jsonb_array_elements(held.content_snapshot -> 'items') loop
      select r -> 'answer' into response from jsonb_array_elements(held.responses) r where r ->> 'questionId' = item ->> 'questionId';
      if response is null and (item ->> 'isRequired')::boolean then raise exception 'required'; end if;
      points := assessments.bench_grade(item, response);
      sum := sum + points;
      most := most + (item ->> 'points')::numeric;
      given := given || jsonb_build_array(jsonb_build_object('questionId', item ->> 'questionId', 'by', 'machine', 'maxPoints', item -> 'points',
        'points', jsonb_build_object('numerator', round(points * 1000000)::text, 'denominator', '1000000')));
      shown := shown || jsonb_build_array(item || jsonb_build_object('pointsHundredths', round(points * 100)));
    end loop;
    won := sum * 100 >= (held.content_snapshot ->> 'passingScore')::numeric * most;
    update assessments.attempts a set status = 'graded', revision = seen + 1, submitted_at = now(), graded_at = now(), auto_submitted = false,
      time_spent_sec = extract(epoch from now() - started_at)::int, updated_at = now(), passed = won, grades = given,
      score = jsonb_build_object('numerator', round(sum * 1000000)::text, 'denominator', '1000000'),
      max_score = jsonb_build_object('numerator', most::text, 'denominator', '1') where id = wanted;
    select new_state into before from assessments.grading_audit where attempt_id = wanted order by id desc limit 1;
    after := jsonb_build_object('status', 'graded', 'score', sum, 'maxScore', most, 'passed', won, 'grades', given);
    insert into assessments.grading_audit (attempt_id, action_type, performed_by, performed_at, previous_state, new_state)
      values (wanted, 'auto_graded', '{"_tag": "Service", "name": "bench"}', now(), coalesce(before, '{"status": "in_progress"}'), after);
    perform assessments.bench_tell('submitted', asker, wanted, jsonb_build_object('attemptId', wanted));
    perform assessments.bench_tell('graded', asker, wanted, jsonb_build_object('attemptId', wanted, 'passed', won));
    return jsonb_build_object('status', 'graded', 'passed', won, 'revision', seen + 1, 'items', shown,
      'percentageHundredths', floor(sum * 10000 / most + 0.5));
  end $body$`
]

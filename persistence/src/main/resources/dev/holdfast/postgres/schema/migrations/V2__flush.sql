-- The one call by which a writer connection brings a batch of checkpoints: one message, one commit.
-- It waits for nothing that a foreigner can hold: inserts use keys that nobody else writes; what touches rows of
-- holdfast.open_workflow comes last, under a lock timeout, and may fail, because the log has the last word.
-- Plans must not depend on statistics, and must not be made again for each call: no joins on the way, no sequential
-- scans, generic plans (a call with one record takes 50 us with them, 120 us without).

create function holdfast.fence_lock(p_incarnation uuid, p_connection integer) returns bigint
language sql immutable
    return pg_catalog.hashtextextended(p_incarnation::text, p_connection);
comment on function holdfast.fence_lock is
    'The advisory lock that a writer connection holds while a batch of it is in flight. Whoever fences a connection adds'
    ' the fence row first and takes this lock second: then no batch of it is in flight, and none will be accepted.';

create function holdfast.is_fenced(p_incarnation uuid, p_connection integer, p_generation integer) returns boolean
language plpgsql set search_path = pg_catalog as $$
declare
    v_fenced boolean;
begin
    -- A statement of its own: the next one must see what was committed while this one waited.
    perform pg_advisory_xact_lock(holdfast.fence_lock(p_incarnation, p_connection)); -- awaits a batch under way
    select count(*) filter (where f.connection = p_connection and f.generation = p_generation) = 0
        or count(*) filter (where f.connection = -1) > 0 -- the whole incarnation is fenced
        or count(*) filter (where f.connection = p_connection and f.generation > p_generation) > 0 -- replaced
        into v_fenced from holdfast.fence f where f.incarnation = p_incarnation;
    return v_fenced;
end $$;
comment on function holdfast.is_fenced is
    'Whether this connection may not write any more; if it may, nobody takes over before this transaction ends.';

create function holdfast.raise_durability() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if current_setting('synchronous_commit') in ('off', 'local', 'remote_write') then
        perform set_config('synchronous_commit', 'on', true);
    end if;
end $$;
comment on function holdfast.raise_durability is
    'Makes the commit of this transaction wait as an answer to a submission needs it. A SET clause would end before.';

create function holdfast.require_durable() returns void language plpgsql set search_path = pg_catalog as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Holdfast writes at isolation level read committed, this session is at %',
            current_setting('transaction_isolation')
            using errcode = '25001',
                hint = 'Remove default_transaction_isolation from the role, the database and the pool.';
    end if;
    if current_setting('transaction_read_only') = 'on' then
        raise exception 'Holdfast cannot write: this session is read-only'
            using errcode = '25006',
                hint = 'Connect to the primary; remove default_transaction_read_only, and readOnly of the pool.';
    end if;
    perform holdfast.raise_durability();
end $$;
comment on function holdfast.require_durable is 'Refuses what would be silently weaker, sets right what can be.';

create function holdfast.await_seen() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_logical_emit_message(true, 'holdfast', 'confirmed'); -- a record of the WAL without a reader
end $$;
comment on function holdfast.await_seen is
    'Makes this transaction wait, when it commits, until everything that it has seen is durable. A commit whose wait for a'
    ' standby was cancelled is visible and not safe, and a transaction that writes nothing waits for nothing.';

create function holdfast.confirm_earlier() returns void language plpgsql set search_path = pg_catalog as $$
begin
    perform holdfast.require_durable();
    perform holdfast.await_seen();
end $$;
comment on function holdfast.confirm_earlier is 'holdfast.await_seen, by a session that commits as Holdfast needs it.';

create function holdfast.accept_child(p_bucket integer, p_era integer, p_uid uuid, p_definition text, p_version integer,
    p_traceparent text, p_tracestate text, p_deadline timestamptz, p_input bytea, p_parent jsonb) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_waits boolean := (p_parent ->> 'waits')::boolean;
    v_uid uuid := (p_parent ->> 'uid')::uuid;
begin
    if exists (select from holdfast.workflow w where w.bucket = p_bucket and w.uid = p_uid and w.era = p_era) then
        return; -- by an earlier send of the same batch
    end if;
    insert into holdfast.workflow (bucket, era, version, uid, definition, traceparent, tracestate, deadline, input,
            parent_bucket, parent_era, parent_position, parent_uid, parent_branch, started_by)
        values (p_bucket, p_era, p_version, p_uid, p_definition, p_traceparent, p_tracestate, p_deadline, p_input,
            (p_parent ->> 'bucket')::integer, (p_parent ->> 'era')::integer, (p_parent ->> 'position')::integer,
            case when v_waits then v_uid end, nullif(p_parent ->> 'branch', ''),
            case when not v_waits then v_uid end);
    insert into holdfast.open_workflow (due, bucket, era, uid, status)
        values (clock_timestamp(), p_bucket, p_era, p_uid, 'QUEUED');
end $$;
comment on function holdfast.accept_child is
    'Accepts a workflow that another one starts, in the commit of its record. Any bucket: its owner finds it when it is due.';

create function holdfast.tell_families(p_bucket integer[], p_era integer[], p_uid uuid[], p_event smallint[],
    p_detail bytea[], p_name text[], p_lost uuid[]) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_child record;
    v_id uuid;
begin
    insert into holdfast.inbox (id, uid, bucket, era, kind, name, payload)
        select p_uid[i], w.parent_uid, w.parent_bucket,
            holdfast.home_of(w.parent_bucket, w.parent_era, w.parent_uid), 'SIGNAL', 'child:' || p_uid[i]::text,
            convert_to(k.status || E'\n', 'UTF8') || coalesce(p_detail[i], '')
        from generate_subscripts(p_uid, 1) i
        join holdfast.event_kind k on k.code = p_event[i] and k.ends
        cross join lateral (select w.parent_uid, w.parent_bucket, w.parent_era from holdfast.workflow w
            where w.bucket = p_bucket[i] and w.uid = p_uid[i] and w.era = p_era[i] and w.parent_uid is not null
            limit 1) w
        -- A batch that is sent again may find its end consumed.
        where p_uid[i] <> all (p_lost) and not holdfast.is_received(w.parent_bucket, w.parent_era, w.parent_uid, p_uid[i])
        on conflict do nothing;
    for v_child in
        select split_part(c.place, '/', 1)::integer as bucket, split_part(c.place, '/', 2)::integer as era, c.uid,
            split_part(c.place, '/', 3) as id
        from generate_subscripts(p_uid, 1) i
        join holdfast.event_kind k on k.code = p_event[i] and k.ends
        cross join lateral (select l.idempotency_key as uid, convert_from(l.detail, 'UTF8') as place
            from holdfast.log l
            where l.uid = p_uid[i] and l.event = 6 and l.era = p_era[i]
                and not exists (select from holdfast.log r
                    where r.bucket = l.bucket and r.uid = l.uid and r.event in (3, 4) and r.era = l.era
                        and r.idempotency_key = l.idempotency_key)) c
        where p_name[i] is not null and p_uid[i] <> all (p_lost) -- ended by an operator, and not by its code
    loop
        v_id := gen_random_uuid();
        insert into holdfast.audit (id, decided, action, target, actor, reason)
            values (v_id, false, 'CANCEL', v_child.id, 'holdfast', 'its parent was ended by an operator');
        insert into holdfast.inbox (id, uid, bucket, era, letter_seq, kind, target, actor, reason)
            values (v_id, v_child.uid, v_child.bucket, holdfast.home_of(v_child.bucket, v_child.era, v_child.uid), 0,
                'CANCEL', v_child.id, 'holdfast', 'its parent was ended by an operator');
    end loop;
end $$;
comment on function holdfast.tell_families is
    'Of workflows that end in this transaction: puts the end into the inbox of the parent that waits for it, whatever'
    ' ended it, and a cancel into the inboxes of children for which it waited.';

create function holdfast.flush(
    p_incarnation uuid, p_connection integer, p_generation integer, p_node integer,
    -- true after a batch has met rows that were there already, or for workflows that may lie in a later era
    p_careful boolean,
    -- acceptances
    p_new_bucket integer[], p_new_era integer[], p_new_uid uuid[], p_new_definition text[], p_new_version integer[],
    p_new_labels text[], p_new_input bytea[], p_new_starts boolean[], p_new_traceparent text[],
    p_new_tracestate text[], p_new_actor text[], p_new_role text[], p_new_request_id text[],
    p_new_deadline text[],
    -- of those that another workflow of this batch starts: bucket, era, uid, branch and position of the call, and waits
    p_new_parent text[],
    -- records
    p_bucket integer[], p_era integer[], p_uid uuid[], p_seq integer[], p_record_id bigint[],
    p_outcome_position integer[], p_outcome_attempt integer[], p_outcome_state smallint[], p_outcome bytea[],
    p_retry_millis bigint[], p_outcome_branch text[],
    p_event smallint[], p_event_position integer[], p_event_attempt integer[], p_event_branch text[], p_name text[],
    p_key uuid[], p_compensates integer[], p_detail bytea[], p_sent_micros bigint[],
    -- what arrived, and wakes a workflow that is unloaded to wait for it
    p_wake_uid uuid[], p_wake_wait text[],
    -- loadings; unloadings, due so many milliseconds from now
    p_load_uid uuid[], p_load_times integer[], p_load_seq integer[],
    p_unload_uid uuid[], p_unload_status text[], p_unload_millis bigint[], p_unload_waits text[],
    p_unload_untaken integer[],
    -- workflows that end, begin to compensate, are parked, are paused, go on; and the rare rows: ended, deadLetters, replies,
    -- rehomed, removed, received
    p_done uuid[], p_compensating uuid[], p_parked uuid[], p_paused uuid[], p_continued uuid[], p_rare jsonb,
    out refused boolean, out lost uuid[], out held uuid[], out tidy boolean)
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_at timestamptz;
    v_closed integer;
    v_there bigint[] := '{}';
    v_uid uuid;
    v_removed record;
begin
    refused := false;
    lost := '{}';
    held := '{}';
    tidy := true;
    perform holdfast.require_durable();

    refused := holdfast.is_fenced(p_incarnation, p_connection, p_generation);
    if refused then
        return;
    end if;

    if p_careful then
        select array_agg(holdfast.home_of(p_bucket[i], p_era[i], p_uid[i]) order by i) into p_era
            from generate_subscripts(p_uid, 1) i;
        -- Each place is looked up by itself: a join may read the whole table, by a plan made when it was empty.
        select coalesce(array_agg(l.record_id), '{}'), coalesce(array_agg(distinct p_uid[i]) filter (where true
                and l.record_id <> p_record_id[i] -- not ours, sent before
            ), '{}') into v_there, lost
            from generate_subscripts(p_uid, 1) i cross join lateral (
                select l.record_id from holdfast.log l
                where l.bucket = p_bucket[i] and l.uid = p_uid[i] and l.seq = p_seq[i] and l.era = p_era[i] limit 1) l;
        select lost || coalesce(array_agg(w.uid), '{}') into lost
            from generate_subscripts(p_new_uid, 1) i cross join lateral (
                select w.uid from holdfast.workflow w
                where w.bucket = p_new_bucket[i] and w.uid = p_new_uid[i] and w.era = p_new_era[i] limit 1) w
            where p_new_parent[i] is null;
    end if;

    v_at := clock_timestamp();
    if p_new_uid is not null then
        perform pg_current_xact_id(); -- see holdfast.is_closed
        select max(c.era) into v_closed from holdfast.closed c;
        if v_closed >= any (p_new_era) then
            select lost || coalesce(array_agg(coalesce((p_new_parent[i]::jsonb ->> 'uid')::uuid, p_new_uid[i])), '{}') into lost
                from generate_subscripts(p_new_uid, 1) i where p_new_era[i] <= v_closed;
        end if;
        insert into holdfast.workflow (bucket, era, version, uid, definition, labels, traceparent, tracestate, actor,
                role, request_id, deadline, input)
            select p_new_bucket[i], p_new_era[i], p_new_version[i], p_new_uid[i], p_new_definition[i],
                p_new_labels[i]::jsonb, p_new_traceparent[i], p_new_tracestate[i], p_new_actor[i], p_new_role[i],
                p_new_request_id[i], p_new_deadline[i]::timestamptz,
                p_new_input[i]
            from generate_subscripts(p_new_uid, 1) i where p_new_uid[i] <> all (lost) and p_new_parent[i] is null;
        insert into holdfast.open_workflow (due, bucket, era, uid, status)
            select case when p_new_starts[i] then null else v_at end, p_new_bucket[i], p_new_era[i], p_new_uid[i],
                case when p_new_starts[i] then 'RUNNING' else 'QUEUED' end
            from generate_subscripts(p_new_uid, 1) i where p_new_uid[i] <> all (lost) and p_new_parent[i] is null;
    end if;

    -- First, and without its record where a foreigner holds the row: nobody would find one that the row does not show.
    for i in 1 .. coalesce(cardinality(p_continued), 0) loop
        begin
            perform set_config('lock_timeout', '20ms', true);
            update holdfast.open_workflow
                set status = 'QUEUED', due = greatest(v_at, starts_at),
                    waits = case when starts_at > v_at then array['timer:'] end, loads = 0
                where uid = p_continued[i] and uid <> all (lost);
        exception when lock_not_available then
            held := held || p_continued[i];
            lost := lost || p_continued[i];
        end;
    end loop;
    -- In the same way. Of a workflow that is loaded the row does not match, so that nobody waits for it.
    if p_wake_uid is not null then
        perform set_config('lock_timeout', '20ms', true);
        for i in 1 .. cardinality(p_wake_uid) loop
            if p_wake_uid[i] <> all (lost) then
                begin
                    update holdfast.open_workflow set due = v_at
                        where uid = p_wake_uid[i] and status in ('WAITING', 'COMPENSATING') and due > v_at
                            and waits && array[p_wake_wait[i], 'signal:']; -- the second: one of more than are kept
                exception when lock_not_available then
                    perform set_config('lock_timeout', '1ms', true);
                    held := held || p_wake_uid[i];
                    lost := lost || p_wake_uid[i];
                end;
            end if;
        end loop;
    end if;

    if p_rare is not null then
        for v_removed in select r.* from jsonb_to_recordset(p_rare -> 'removed') as r(bucket integer, era integer,
                uid uuid, target text, value text, failure text) loop
            begin
                perform set_config('lock_timeout', '20ms', true);
                perform holdfast.erase(v_removed.bucket, v_removed.era, v_removed.uid, v_removed.target)
                    where v_removed.target is not null;
                perform holdfast.scrub(v_removed.bucket, v_removed.uid, decode(v_removed.value, 'base64'),
                    decode(v_removed.failure, 'base64')) where v_removed.value is not null;
            exception when lock_not_available then
                held := held || v_removed.uid;
                lost := lost || v_removed.uid;
            end;
        end loop;
    end if;

    insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt, event_position,
            event_attempt, format, outcome_state, event, uid, idempotency_key, name, outcome, detail,
            outcome_branch, event_branch, retry_millis, compensates_position, sent_at)
        select p_record_id[i], v_at, p_bucket[i], p_era[i], p_seq[i], p_node, p_outcome_position[i],
            p_outcome_attempt[i], p_event_position[i], p_event_attempt[i], 1, p_outcome_state[i], p_event[i], p_uid[i],
            p_key[i], p_name[i], p_outcome[i], p_detail[i], p_outcome_branch[i], p_event_branch[i],
            p_retry_millis[i], p_compensates[i],
            timestamptz 'epoch' + p_sent_micros[i] * interval '1 microsecond'
        from generate_subscripts(p_uid, 1) i
        where p_uid[i] <> all (lost) and p_record_id[i] <> all (v_there);

    -- With the records of those that start them, and not if these are left out.
    if p_new_parent is not null then
        for i in 1 .. cardinality(p_new_uid) loop
            if (p_new_parent[i]::jsonb ->> 'uid')::uuid <> all (lost) then
                perform holdfast.accept_child(p_new_bucket[i], p_new_era[i], p_new_uid[i], p_new_definition[i],
                    p_new_version[i], p_new_traceparent[i], p_new_tracestate[i], p_new_deadline[i]::timestamptz,
                    p_new_input[i], p_new_parent[i]::jsonb);
            end if;
        end loop;
    end if;
    if p_done is not null then
        perform holdfast.tell_families(p_bucket, p_era, p_uid, p_event, p_detail, p_name, lost);
    end if;

    if p_rare is not null then
        insert into holdfast.ended (at, bucket, era, uid, status)
            select v_at, e.bucket, holdfast.home_of(e.bucket, e.era, e.uid), e.uid, e.status
            from jsonb_to_recordset(p_rare -> 'ended') as e(bucket integer, era integer, uid uuid, status text)
            where e.uid <> all (lost);
        insert into holdfast.dead_letter (at, bucket, era, seq, position, step_number, attempts, node, uid, idempotency_key, cause,
                branch, step, error_class, error_message, stack)
            select v_at, d.bucket, d.era, d.seq, d.position, d.step_number, d.attempts, p_node, d.uid, d.key, d.cause, d.branch,
                d.step, d.error_class, d.error_message, d.stack
            from jsonb_to_recordset(p_rare -> 'deadLetters') as d(bucket integer, era integer, seq integer,
                position integer, step_number integer, attempts integer, uid uuid, key uuid, cause text, branch text, step text,
                error_class text, error_message text, stack text)
            where d.uid <> all (lost);
        insert into holdfast.audit (id, decided, at, action, target, actor, reason, outcome, status)
            select a.id, true, v_at, a.action, a.target, a.actor, a.reason, a.outcome, a.status
            from jsonb_to_recordset(p_rare -> 'replies') as a(id uuid, uid uuid, action text, target text, actor text,
                reason text, outcome text, status text)
            where a.uid <> all (lost) on conflict do nothing;
        perform holdfast.rehome(r.bucket, r.era, r.uid, r."to", r."after", r.through)
            from jsonb_to_recordset(p_rare -> 'rehomed') as r(bucket integer, era integer, uid uuid, "to" integer,
                "after" integer, through integer);
    end if;

    -- From here on rows that a foreigner may have locked.
    if coalesce(p_load_uid, p_unload_uid, p_done, p_compensating, p_parked, p_paused) is null and p_rare is null then
        return;
    end if;
    perform set_config('lock_timeout', '20ms', true);
    begin
        if p_done is not null then
            delete from holdfast.open_workflow where uid = any (p_done) and uid <> all (lost);
        end if;
        if p_compensating is not null then
            update holdfast.open_workflow set status = 'COMPENSATING'
                where uid = any (p_compensating) and uid <> all (lost) and status <> 'COMPENSATING';
        end if;
        if p_parked is not null then
            update holdfast.open_workflow set status = 'DEAD_LETTERED', due = null, waits = null
                where uid = any (p_parked) and uid <> all (lost);
        end if;
        if p_paused is not null then
            update holdfast.open_workflow set status = 'PAUSED', due = 'infinity', waits = null
                where uid = any (p_paused) and uid <> all (lost);
        end if;
        if p_rare is not null then
            delete from holdfast.inbox i
                using jsonb_to_recordset(p_rare -> 'replies') as a(id uuid, uid uuid, bucket integer)
                where i.bucket = a.bucket and i.uid = a.uid and i.id = a.id and a.uid <> all (lost);
            delete from holdfast.inbox i
                using jsonb_to_recordset(p_rare -> 'received') as r(id uuid, uid uuid, bucket integer)
                where i.bucket = r.bucket and i.uid = r.uid and i.id = r.id and r.uid <> all (lost);
        end if;
    exception when lock_not_available then
        tidy := false;
    end;
    for i in 1 .. coalesce(cardinality(p_load_uid), 0) loop
        begin
            update holdfast.open_workflow set status = case status when 'COMPENSATING' then status else 'RUNNING' end,
                    due = null, waits = null, loads = p_load_times[i], loaded_seq = p_load_seq[i]
                where uid = p_load_uid[i] returning uid into v_uid;
            if not found then
                lost := lost || p_load_uid[i]; -- it has ended meanwhile
            end if;
        exception when lock_not_available then
            perform set_config('lock_timeout', '1ms', true);
            held := held || p_load_uid[i];
        end;
    end loop;
    for i in 1 .. coalesce(cardinality(p_unload_uid), 0) loop
        begin
            update holdfast.open_workflow set status = case status when 'COMPENSATING' then status else p_unload_status[i] end,
                    due = case when p_unload_status[i] <> 'DEAD_LETTERED' then
                        coalesce(v_at + p_unload_millis[i] * interval '1 millisecond', 'infinity') end,
                    waits = string_to_array(p_unload_waits[i], E'\x1f'),
                    untaken = p_unload_untaken[i]
                where uid = p_unload_uid[i] and uid <> all (lost);
        exception when lock_not_available then
            perform set_config('lock_timeout', '1ms', true);
            held := held || p_unload_uid[i];
        end;
    end loop;
end $$;

create function holdfast.tidy(p_bucket integer, p_era integer, p_uid uuid) returns boolean
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_ends boolean;
    v_status text;
begin
    perform holdfast.require_durable();
    perform set_config('lock_timeout', '20ms', true);
    select k.ends, k.status into v_ends, v_status
        from holdfast.last_event(p_bucket, holdfast.home_of(p_bucket, p_era, p_uid), p_uid) e
        join holdfast.event_kind k on k.code = e.event;
    if v_ends then
        delete from holdfast.open_workflow where uid = p_uid and bucket = p_bucket;
    elsif v_status = 'DEAD_LETTERED' then
        update holdfast.open_workflow set status = 'DEAD_LETTERED', due = null, waits = null
            where uid = p_uid and bucket = p_bucket;
    elsif v_status = 'PAUSED' then
        update holdfast.open_workflow set status = 'PAUSED', due = 'infinity', waits = null
            where uid = p_uid and bucket = p_bucket;
    end if;
    return true;
exception when lock_not_available then
    return false;
end $$;
comment on function holdfast.tidy is
    'Brings the open row of a workflow in line with its log, where a foreign row lock kept the batch from doing it.'
    ' False when the lock is still held.';

create function holdfast.wake_versions(p_buckets integer[], p_versions text[], p_limit integer,
    out woken integer, out is_done boolean)
language plpgsql
    set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set plan_cache_mode = force_generic_plan as $$
declare
    v_uids uuid[];
begin
    perform holdfast.require_durable();
    select coalesce(array_agg(o.uid), '{}') into v_uids from unnest(p_versions) as v(version)
        cross join lateral (select o.uid from holdfast.open_workflow o
            where o.waits[1] = v.version and starts_with(o.waits[1], 'version:') and o.due is not null
                and o.bucket = any (p_buckets)
            limit p_limit for update skip locked) o;
    update holdfast.open_workflow o set due = clock_timestamp(), waits = null,
            status = case o.status when 'WAITING' then 'QUEUED' else o.status end
        where o.uid = any (v_uids) and o.waits[1] = any (p_versions) and o.due is not null;
    get diagnostics woken = row_count;
    is_done := not exists (select from unnest(p_versions) as v(version)
        cross join lateral (select from holdfast.open_workflow o
            where o.waits[1] = v.version and starts_with(o.waits[1], 'version:') and o.due is not null
                and o.bucket = any (p_buckets) limit 1) o);
end $$;
comment on function holdfast.wake_versions is
    'Makes workflows due that wait for these versions, at most so many of each. Needs no fence: whoever finds one due'
    ' that cannot run lets it wait again. Rows that a foreigner holds are passed over, and it is not done.';

create function holdfast.begin_step(p_incarnation uuid, p_connection integer, p_generation integer, p_limit_millis integer,
    p_idle_millis integer, p_lock_millis integer) returns text
language plpgsql set search_path = pg_catalog as $$
begin
    -- Held to the end, so that whoever takes over waits, or terminates this backend, and finds no lock of the body.
    perform pg_advisory_xact_lock(holdfast.fence_lock(p_incarnation, p_connection));
    perform set_config('lock_timeout', p_lock_millis || 'ms', true);
    perform set_config('statement_timeout', p_limit_millis || 'ms', true);
    perform set_config('idle_in_transaction_session_timeout', p_idle_millis || 'ms', true);
    return pg_current_xact_id()::text;
end $$;
comment on function holdfast.begin_step is
    'Begins the transaction of a transactional step; returns its id, by which holdfast.finish_step knows it again.';

create function holdfast.require_unfenced(p_incarnation uuid, p_connection integer, p_generation integer) returns void
language plpgsql set search_path = pg_catalog as $$
declare
    v_fenced boolean := false;
begin
    if current_setting('transaction_isolation') = 'read committed' then
        v_fenced := holdfast.is_fenced(p_incarnation, p_connection, p_generation);
    else
        -- The snapshot may be older than the fence. An insert finds a key that is taken whatever the snapshot, and
        -- takes no part in the conflicts of serializable transactions. It is undone.
        perform pg_advisory_xact_lock(holdfast.fence_lock(p_incarnation, p_connection));
        begin
            insert into holdfast.fence (incarnation, connection, generation)
                values (p_incarnation, -1, 0), (p_incarnation, p_connection, p_generation + 1);
            raise exception 'not fenced' using errcode = 'WF023';
        exception
            when unique_violation then v_fenced := true;
            when sqlstate 'WF023' then null;
        end;
    end if;
    if v_fenced then
        raise exception 'this connection may not write any more' using errcode = 'WF021';
    end if;
end $$;
comment on function holdfast.require_unfenced is
    'As holdfast.is_fenced, at each isolation level; raises, because a transaction of a body commits what was written before.';

create function holdfast.finish_step(p_incarnation uuid, p_connection integer, p_generation integer, p_node integer,
    p_xid text, p_bucket integer, p_era integer, p_uid uuid, p_seq integer, p_record_id bigint, p_position integer,
    p_attempt integer, p_branch text, p_state smallint, p_outcome bytea) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    if pg_current_xact_id()::text <> p_xid then
        raise exception 'the body ended its transaction by itself' using errcode = 'WF022';
    end if;
    perform set_config('statement_timeout', '0', true);
    perform holdfast.raise_durability();
    perform holdfast.require_unfenced(p_incarnation, p_connection, p_generation);
    insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt, event_position,
            event_attempt, format, outcome_state, event, uid, outcome, outcome_branch)
        values (p_record_id, clock_timestamp(), p_bucket, holdfast.home_of(p_bucket, p_era, p_uid), p_seq, p_node,
            p_position, p_attempt, -1, 0, 1, p_state, 0, p_uid, p_outcome, p_branch);
end $$;
comment on function holdfast.finish_step is
    'Records the outcome of a transactional step in the transaction of its body. Raises if this connection may not write'
    ' any more, or this is not the transaction in which the body began.';

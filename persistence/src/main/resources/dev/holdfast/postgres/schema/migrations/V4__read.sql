-- Reading. A function, so that each session plans it once: planning looks at every partition, for milliseconds. Each
-- row is looked up by itself: a join may read a whole table, by a plan made when it was empty.

create function holdfast.summaries(p_buckets integer[], p_eras integer[], p_uids uuid[])
returns table (bucket integer, era integer, uid uuid, id text, definition text, version integer, labels text,
    open_status text, due timestamptz, waits text[], owner text, started_at timestamptz, last_at timestamptz,
    log_status text, failure bytea, attempt integer, failed_attempt bytea, letter_seq integer, error_class text,
    error_message text, deadline timestamptz, parent_id text, parent_bucket integer, parent_era integer,
    parent_uid uuid, parent_branch text, parent_position integer, started_by uuid, has_children boolean)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select k.bucket, k.era, k.uid, w.id, w.definition, w.version, w.labels::text,
        o.status, o.due, o.waits, owner.name, first.at, last.at, kind.status,
        case when kind.status = 'FAILED' then event.detail end, intent.event_attempt, failed.outcome,
        d.seq, d.error_class, d.error_message, w.deadline, parent.id, w.parent_bucket, w.parent_era, w.parent_uid,
        w.parent_branch, w.parent_position, w.started_by,
        exists (select from holdfast.log l where l.uid = k.uid and l.era = home.era and l.event = 6)
    from unnest(p_buckets, p_eras, p_uids) with ordinality as k(bucket, era, uid, place)
    cross join lateral holdfast.home_of(k.bucket, k.era, k.uid) as home(era)
    cross join lateral (select w.* from holdfast.workflow w
        where w.bucket = k.bucket and w.uid = k.uid and w.era = home.era limit 1) w
    left join lateral (select o.status, o.due, o.waits from holdfast.open_workflow o
        where o.uid = k.uid and o.bucket = k.bucket limit 1) o on true
    left join lateral (select n.name from holdfast.incarnation i join holdfast.node n on n.number = i.number
        where i.id = holdfast.owner(k.bucket) limit 1) owner on true
    left join lateral (select l.at from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era and l.seq = 1
        limit 1) first on true
    left join lateral (select l.seq, l.at from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
        order by l.seq desc limit 1) last on true
    left join lateral holdfast.last_event(k.bucket, home.era, k.uid) event on true
    left join lateral (select e.status from holdfast.event_kind e where e.code = event.event limit 1) kind on true
    left join lateral (select l.event_attempt from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
            and l.event = (select e.code from holdfast.event_kind e where e.name = 'intent')
        order by l.seq desc limit 1) intent on true
    left join lateral (select l.outcome from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era and l.seq > last.seq - 3
            and l.outcome_state in (3, 4, 6) order by l.seq desc limit 1) failed on true
    left join lateral (select d.seq, d.error_class, d.error_message from holdfast.dead_letter d
        where d.bucket = k.bucket and d.uid = k.uid and d.seq = event.seq
            and kind.status = 'DEAD_LETTERED' limit 1) d on true
    left join lateral (select p.id from holdfast.workflow p
        where w.parent_bucket is not null and p.bucket = w.parent_bucket
            and p.uid = coalesce(w.parent_uid, w.started_by)
            and p.era = holdfast.home_of(w.parent_bucket, w.parent_era, coalesce(w.parent_uid, w.started_by))
        limit 1) parent on true
    order by k.place;
end $$;
comment on function holdfast.summaries is
    'Workflows as people see them, in the order of the arguments; reads the first record of each and its last few.'
    ' log_status is the status that the last event led to; it decides where it is final, DEAD_LETTERED or PAUSED. failure is that'
    ' of the end, failed_attempt the one before; attempt is that of the last intent. parent_id is the id that its parent,'
    ' or the workflow that started it, got from its submitter.';

create function holdfast.history(p_bucket integer, p_era integer, p_uid uuid, p_after integer, p_limit integer)
returns table (uid uuid, seq integer, at timestamptz, node integer, event smallint, event_position integer,
    event_branch text, event_attempt integer, name text, idempotency_key uuid, compensates_position integer,
    detail bytea, outcome_at timestamptz, outcome_position integer, outcome_branch text, outcome_attempt integer,
    outcome_state smallint, outcome bytea, retry_millis bigint, compensated boolean, taken boolean, over boolean,
    sent_at timestamptz, read_at timestamptz)
language plpgsql stable set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_era integer := holdfast.home_of(p_bucket, p_era, p_uid);
    v_over boolean := coalesce((select k.ends from holdfast.last_event(p_bucket, v_era, p_uid) e
        join holdfast.event_kind k on k.code = e.event), false);
    v_read_at timestamptz := clock_timestamp();
begin
    return query
    select l.uid, l.seq, l.at, l.node, l.event, l.event_position, l.event_branch, l.event_attempt, l.name,
        l.idempotency_key, l.compensates_position,
        case when (select k.detail from holdfast.event_kind k where k.code = l.event) = 'value' then ''::bytea
            else l.detail end,
        o.at, o.outcome_position, o.outcome_branch, o.outcome_attempt,
        case when o.matches then o.outcome_state else 0::smallint end,
        case when o.outcome_state = 1 then ''::bytea else o.outcome end, o.retry_millis,
        coalesce(c.outcome_state, 0) = 1,
        l.event = 3 and exists (select from holdfast.log t where t.bucket = p_bucket and t.uid = p_uid and t.era = v_era
            and t.event in (3, 4) and t.event = 4 and t.idempotency_key = l.idempotency_key),
        v_over, l.sent_at, v_read_at
    from (select l.* from holdfast.log l
        where l.bucket = p_bucket and l.uid = p_uid and l.era = v_era and l.seq > p_after and l.event <> 0
        order by l.seq limit p_limit) l
    -- The outcome of an attempt is in one of the next records, at the latest in that of the next attempt; the search
    -- stops there, because an attempt that a crash cut off has no outcome. Only intents have an attempt over 0.
    left join lateral (select o.at, o.outcome_position, o.outcome_branch, o.outcome_attempt, o.outcome_state, o.outcome,
            o.retry_millis, o.outcome_state <> 0 and o.outcome_position = l.event_position
                and o.outcome_branch is not distinct from l.event_branch
                and o.outcome_attempt = l.event_attempt as matches
        from holdfast.log o
        where l.event_attempt > 0 and o.bucket = p_bucket and o.uid = p_uid and o.era = v_era and o.seq > l.seq
            and (o.outcome_state <> 0 and o.outcome_position = l.event_position
                    and o.outcome_branch is not distinct from l.event_branch
                or o.event_attempt > 0 and o.event_position = l.event_position
                    and o.event_branch is not distinct from l.event_branch)
        order by o.seq limit 1) o on true
    -- The last attempt of a compensation, and its outcome.
    left join lateral (select s.outcome_state
        from (select i.seq, i.event_position, i.event_branch from holdfast.log i
            where l.event_attempt > 0 and i.bucket = p_bucket and i.uid = p_uid and i.era = v_era
                and i.compensates_position = l.event_position and i.event_branch is not distinct from l.event_branch
            order by i.seq desc limit 1) i
        cross join lateral (select s.outcome_state from holdfast.log s
            where s.bucket = p_bucket and s.uid = p_uid and s.era = v_era and s.seq > i.seq and s.outcome_state <> 0
                and s.outcome_position = i.event_position and s.outcome_branch is not distinct from i.event_branch
            order by s.seq limit 1) s) c on true
    order by l.seq;
end $$;
comment on function holdfast.history is
    'The events of a workflow after a seq, with the outcome of each attempt, without the values of steps and results.'
    ' compensated: whether a compensation of the step has succeeded. taken: whether the code has taken the signal. over:'
    ' whether the workflow has ended.';

create function holdfast.published(p_bucket integer, p_era integer, p_uid uuid)
returns table (seq integer, at timestamptz, name text, value bytea)
language plpgsql stable set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set enable_sort = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_most constant integer := 100;
    v_era integer := holdfast.home_of(p_bucket, p_era, p_uid);
    v_name text := '';
    v_last record;
begin
    for i in 1 .. v_most loop
        select l.seq, l.at, l.name, l.detail into v_last from holdfast.log l
            where l.uid = p_uid and l.era = v_era and l.event = 10 and l.name > v_name
            order by l.name, l.seq desc limit 1;
        exit when not found;
        v_name := v_last.name;
        return query select v_last.seq, v_last.at, v_last.name, v_last.detail;
    end loop;
end $$;
comment on function holdfast.published is
    'The last value that a workflow has published under each name, by name: one look into an index for each.';

create function holdfast.feed(p_buckets integer[], p_eras integer[], p_uids uuid[], p_afters integer[],
    p_bytes bigint, p_record_bytes integer)
returns table (bucket integer, era integer, uid uuid, open_status text, log_status text, values_left bigint, seq integer,
    at timestamptz, name text, value bytea)
language plpgsql stable set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_each constant integer := 64;
begin
    return query
    with watched as materialized (
        select k.bucket, k.era, k.uid, k.after, k.place, home.era as home
        from unnest(p_buckets, p_eras, p_uids, p_afters) with ordinality as k(bucket, era, uid, after, place)
        cross join lateral holdfast.home_of(k.bucket, k.era, k.uid) as home(era)),
    found as materialized (
        select w.place, l.seq, l.at, l.name, l.detail,
            p_record_bytes + length(l.name) + octet_length(l.detail) as bytes,
            row_number() over (partition by w.place order by l.seq) as turn,
            case count(*) over (partition by w.place) when v_each then v_each + 1 else
                count(*) over (partition by w.place) end as number
        from watched w
        cross join lateral (select l.seq, l.at, l.name, l.detail from holdfast.log l
            where l.uid = w.uid and l.era = w.home and l.event = 10 and l.seq > w.after
            order by l.seq limit v_each) l),
    -- The first of each workflow, then the second of each, and so on: none publishes so much that others wait.
    ranked as materialized (
        select f.*, sum(f.bytes) over (order by f.turn, f.place) <= p_bytes
            or row_number() over (order by f.turn, f.place) = 1 as fits from found f)
    select w.bucket, w.era, w.uid, o.status, kind.status,
        coalesce(r.number - case when r.fits then r.turn else 0 end, 0),
        case when r.fits then r.seq end, r.at, r.name, case when r.fits then r.detail end
    from watched w
    left join lateral (select o.status from holdfast.open_workflow o
        where o.uid = w.uid and o.bucket = w.bucket limit 1) o on true
    left join lateral holdfast.last_event(w.bucket, w.home, w.uid) event on true
    left join lateral (select e.status from holdfast.event_kind e where e.code = event.event limit 1) kind on true
    left join ranked r on r.place = w.place and (r.fits or r.turn = 1)
    where o.status is not null or event.event is not null
    order by w.place, r.turn;
end $$;
comment on function holdfast.feed is
    'The states of workflows that somebody watches, and what they have published after a seq: 64 values of each at most,'
    ' up to a size in all, of which each record has a fixed part. values_left: whether a workflow has more than up to this'
    ' row, 0 if not. seq is null in a row without a value.';

create function holdfast.due(p_buckets integer[], p_ahead interval, p_limit integer)
returns table (bucket integer, era integer, uid uuid, due timestamptz)
language plpgsql stable set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_until timestamptz := clock_timestamp() + p_ahead; -- an index cannot be searched for a volatile function
begin
    return query
    with busy as materialized (select b.bucket from unnest(p_buckets) as b(bucket)
        cross join lateral (select from holdfast.open_workflow o
            where o.bucket = b.bucket and o.due <= v_until and o.status <> 'PAUSED' limit 1) o)
    select d.bucket, d.era, d.uid, d.due from busy
    cross join lateral (select o.bucket, o.era, o.uid, o.due from holdfast.open_workflow o
        where o.bucket = busy.bucket and o.due <= v_until and o.status <> 'PAUSED'
        order by o.due limit greatest(8, 2 * p_limit / greatest((select count(*) from busy), 1))) d
    order by d.due limit p_limit;
end $$;
comment on function holdfast.due is
    'Workflows of these buckets that are due within this time, oldest first. Looks once into each bucket, and reads at'
    ' most twice the limit, or 8 in each bucket where some are due, whatever lies elsewhere. So of one bucket it may'
    ' leave out some that are older than others that it returns; the next call returns them.';

create function holdfast.is_received(p_bucket integer, p_era integer, p_uid uuid, p_signal uuid) returns boolean
language plpgsql stable
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    return exists (select from holdfast.log l
        where l.bucket = p_bucket and l.uid = p_uid and l.era = holdfast.home_of(p_bucket, p_era, p_uid)
            and l.event in (3, 4) and l.event = 3 and l.idempotency_key = p_signal);
end $$;
comment on function holdfast.is_received is 'Whether a signal is in the log of its workflow.';

create function holdfast.is_full(p_bucket integer, p_uid uuid) returns boolean
language plpgsql stable
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_most constant integer := 10000;
    v_untaken integer := coalesce((select o.untaken from holdfast.open_workflow o
        where o.uid = p_uid and o.bucket = p_bucket), 0);
begin
    return v_untaken + (select count(*) from (select from holdfast.inbox i
        where i.bucket = p_bucket and i.uid = p_uid limit greatest(0, v_most - v_untaken)) i) >= v_most;
end $$;
comment on function holdfast.is_full is
    'Whether a workflow has so many signals that its code has not taken, that it gets no more.';

create function holdfast.send_signal(p_id uuid, p_bucket integer, p_era integer, p_uid uuid, p_name text, p_payload bytea,
    p_is_full boolean) returns text
language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_ended text;
    v_era integer;
begin
    -- The inbox first, because what has left it is in the log.
    if exists (select from holdfast.inbox m where m.bucket = p_bucket and m.uid = p_uid and m.id = p_id)
            or holdfast.is_received(p_bucket, p_era, p_uid, p_id) then
        return null;
    end if;
    -- An open row has its workflow. The last event may lie behind many signals, so nobody looks for it before.
    if not exists (select from holdfast.open_workflow o where o.uid = p_uid and o.bucket = p_bucket) then
        v_era := holdfast.home_of(p_bucket, p_era, p_uid);
        select k.status into v_ended from holdfast.last_event(p_bucket, v_era, p_uid) e
            join holdfast.event_kind k on k.code = e.event where k.ends;
        if v_ended is not null then
            return v_ended;
        end if;
        if not exists (select from holdfast.workflow w
                where w.bucket = p_bucket and w.uid = p_uid and w.era = v_era) then
            return 'GONE';
        end if;
    end if;
    if p_is_full then
        return 'FULL';
    end if;
    insert into holdfast.inbox (id, uid, bucket, era, kind, name, payload)
        values (p_id, p_uid, p_bucket, p_era, 'SIGNAL', p_name, p_payload)
        on conflict do nothing;
    return null;
end $$;
comment on function holdfast.send_signal is
    'Adds a signal to the inbox, once for its id, also if its workflow has ended meanwhile. Returns null, or why it was'
    ' not kept: the status of a workflow that has ended, GONE, or FULL.';

create function holdfast.send_signals(
    -- false: the first id that another transaction holds ends the batch; true: it is passed over
    p_pass_held boolean,
    p_id uuid[], p_bucket integer[], p_era integer[], p_uid uuid[], p_name text[], p_payload bytea[]) returns text[]
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_results text[] := '{}';
    v_result text;
    v_full uuid[] := '{}';
    v_looked uuid[] := '{}';
begin
    perform holdfast.require_durable();
    perform set_config('lock_timeout', case when p_pass_held then '10ms' else '50ms' end, true);
    for i in 1 .. cardinality(p_id) loop
        if p_uid[i] <> all (v_looked) then
            v_looked := v_looked || p_uid[i];
            if holdfast.is_full(p_bucket[i], p_uid[i]) then
                v_full := v_full || p_uid[i];
            end if;
        end if;
        if p_pass_held then
            begin
                v_result := holdfast.send_signal(p_id[i], p_bucket[i], p_era[i], p_uid[i], p_name[i], p_payload[i],
                    p_uid[i] = any (v_full));
            exception when lock_not_available then
                v_result := 'HELD';
                perform set_config('lock_timeout', '1ms', true);
            end;
        else
            v_result := holdfast.send_signal(p_id[i], p_bucket[i], p_era[i], p_uid[i], p_name[i], p_payload[i],
                p_uid[i] = any (v_full));
        end if;
        v_results := array_append(v_results, v_result);
    end loop;
    return v_results;
end $$;
comment on function holdfast.send_signals is
    'Sends signals, as holdfast.send_signal does, each once; the results are in the same order. HELD is one whose id an'
    ' open transaction of somebody else has.';

create function holdfast.awaits_code(p_bucket integer, p_era integer, p_uid uuid) returns boolean
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    return exists (select from holdfast.open_workflow o where o.uid = p_uid and o.bucket = p_bucket
            and starts_with(o.waits[1], 'version:'))
        and exists (select from holdfast.log l where l.bucket = p_bucket and l.uid = p_uid and l.seq = 1
            and l.era = holdfast.home_of(p_bucket, p_era, p_uid));
end $$;
comment on function holdfast.awaits_code is
    'Whether a workflow of which something ran waits for its version, so that no cancel reaches its code.';

create function holdfast.is_applied(p_message holdfast.inbox) returns boolean
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    if p_message.kind = 'SIGNAL' then
        return holdfast.is_received(p_message.bucket, p_message.era, p_message.uid, p_message.id);
    end if;
    return exists (select from holdfast.audit a where a.id = p_message.id and a.decided);
end $$;
comment on function holdfast.is_applied is 'Whether a message is debris.';

create function holdfast.is_decidable(p_message holdfast.inbox) returns boolean language sql stable
    return not holdfast.is_applied(p_message) and (p_message.kind <> 'CANCEL'
        or not holdfast.awaits_code(p_message.bucket, p_message.era, p_message.uid));
comment on function holdfast.is_decidable is 'Whether a message is not applied, and could be now.';

create function holdfast.inbox_page(p_buckets integer[], p_at timestamptz, p_id uuid, p_limit integer, p_bytes bigint)
returns table (message holdfast.inbox, read_at timestamptz, decidable boolean, is_last boolean)
language plpgsql stable set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set plan_cache_mode = force_generic_plan as $$
declare
    v_read_at timestamptz := clock_timestamp();
begin
    return query
    select p.message, v_read_at, (p.message).bucket = any (p_buckets) and holdfast.is_decidable(p.message),
        p.rows < p_limit and (p.all_bytes <= p_bytes or p.rows = 1)
    from (select m.message, count(*) over () as rows, row_number() over (order by m.at, m.id) as place,
            sum(m.size) over (order by m.at, m.id) as bytes, sum(m.size) over () as all_bytes
        from (select i as message, i.at, i.id, coalesce(octet_length(i.payload), 0) as size from holdfast.inbox i
            where (i.at, i.id) > (p_at, p_id) order by i.at, i.id limit p_limit) m) p
    where p.bytes <= p_bytes or p.place = 1
    order by p.place;
end $$;
comment on function holdfast.inbox_page is
    'The messages that arrived next, of all buckets, so that a page costs the same whatever lies elsewhere; with payloads'
    ' up to a size, but at least one message. decidable: one to these buckets that could be applied now. is_last: whether'
    ' there was no further one.';

create function holdfast.inbox_of(p_buckets integer[], p_eras integer[], p_uids uuid[], p_limit integer, p_bytes bigint)
returns setof holdfast.inbox language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off
    set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select (p.message).*
    from (select m.message, row_number() over (order by m.at, m.id) as place,
            sum(m.size) over (order by m.at, m.id) as bytes
        from (select m.* from unnest(p_buckets, p_eras, p_uids) as k(bucket, era, uid)
            cross join lateral (select i as message, i.at, i.id, coalesce(octet_length(i.payload), 0) as size
                from holdfast.inbox i
                where i.bucket = k.bucket and i.uid = k.uid and holdfast.is_decidable(i) offset 0) m
            order by m.at, m.id limit p_limit) m) p
    where p.bytes <= p_bytes or p.place = 1
    order by p.place;
end $$;
comment on function holdfast.inbox_of is
    'Messages to these workflows that could be applied now, the oldest first, with payloads up to a size.';

create function holdfast.missing_versions(p_buckets integer[], p_versions integer, p_workflows integer)
    returns table (version text, workflows bigint)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    v_waits text := '';
begin
    for i in 1..p_versions loop
        select o.waits[1] into v_waits from holdfast.open_workflow o
            where o.waits[1] > v_waits and starts_with(o.waits[1], 'version:') and o.due is not null
            order by o.waits[1] limit 1;
        exit when not found;
        select count(*) into workflows from (select from holdfast.open_workflow o
            where o.waits[1] = v_waits and starts_with(o.waits[1], 'version:') and o.due is not null
                and o.bucket = any (p_buckets) limit p_workflows) o;
        version := substr(v_waits, length('version:') + 1);
        if workflows > 0 then
            return next;
        end if;
    end loop;
end $$;
comment on function holdfast.missing_versions is
    'The versions that workflows in these buckets wait for, as definition/version, so many at most, and how many'
    ' workflows wait for each, counted up to a limit.';

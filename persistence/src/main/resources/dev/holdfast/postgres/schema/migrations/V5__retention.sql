-- How ended workflows go, and how those that stay get out of the way.

create function holdfast.kept_for(p_definition text, p_status text, out keep interval) language sql stable
    return (select r.keep from holdfast.retention r
    where r.definition in (p_definition, '*') and r.status in (p_status, '*')
    order by r.definition = '*', r.status = '*' limit 1);
comment on function holdfast.kept_for is 'How long such a workflow is kept after its end; null is for ever.';

create function holdfast.rules() returns bigint language sql stable
    return (select coalesce(pg_catalog.hashtextextended(string_agg(concat_ws(' ', r.definition, r.status,
        extract(epoch from r.keep)::text), ',' order by r.definition, r.status), 0), 0) from holdfast.retention r);
comment on function holdfast.rules is 'Tells the rules of retention of one time from those of another.';

create function holdfast.expires_at(p_bucket integer, p_era integer, p_uid uuid, p_definition text, out keep interval,
    out at timestamptz)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_ends boolean;
    v_status text;
    v_ended timestamptz;
begin
    select k.ends, k.status, e.at into v_ends, v_status, v_ended
        from holdfast.last_event(p_bucket, p_era, p_uid) e join holdfast.event_kind k on k.code = e.event;
    if v_ends and not exists (select from holdfast.open_workflow o where o.uid = p_uid and o.bucket = p_bucket) then
        keep := holdfast.kept_for(p_definition, v_status);
        at := v_ended + keep;
    end if;
end $$;
comment on function holdfast.expires_at is
    'When the rows of a workflow may go, in the era in which they lie; null for one that is open or kept for ever.';

create function holdfast.rehome(p_bucket integer, p_era integer, p_uid uuid, p_to integer, p_after integer,
    p_through integer) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_from integer := holdfast.home_of(p_bucket, p_era, p_uid);
begin
    if v_from >= p_to then
        return;
    end if;
    insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt, event_position,
            event_attempt, format, outcome_state, event, uid, idempotency_key, name, outcome, detail,
            outcome_branch, event_branch, retry_millis, compensates_position, run, sent_at)
        select l.record_id, l.at, l.bucket, p_to, l.seq, l.node, l.outcome_position, l.outcome_attempt,
            l.event_position, l.event_attempt, l.format, l.outcome_state, l.event, l.uid, l.idempotency_key, l.name,
            l.outcome, l.detail, l.outcome_branch, l.event_branch, l.retry_millis, l.compensates_position,
            l.run, l.sent_at
        from holdfast.log l where l.bucket = p_bucket and l.uid = p_uid and l.era = v_from
            and l.seq > p_after and l.seq <= p_through
        on conflict do nothing;
    if exists (select from holdfast.log l where l.bucket = p_bucket and l.uid = p_uid and l.era = v_from
            and l.seq > p_through) then
        return; -- a part of it: it lies where it lay
    end if;
    insert into holdfast.workflow (bucket, era, version, uid, definition, id, key, labels, traceparent, tracestate,
            actor, role, request_id, parent_bucket, parent_era, parent_position, parent_uid, parent_branch, started_by, forked_from, deadline, queue,
            queue_key, priority, input)
        select w.bucket, p_to, w.version, w.uid, w.definition, w.id, w.key, w.labels, w.traceparent, w.tracestate,
            w.actor, w.role, w.request_id, w.parent_bucket, w.parent_era, w.parent_position, w.parent_uid,
            w.parent_branch, w.started_by, w.forked_from, w.deadline, w.queue, w.queue_key, w.priority, w.input
        from holdfast.workflow w where w.bucket = p_bucket and w.uid = p_uid and w.era = v_from
        on conflict do nothing;
    insert into holdfast.ended (at, bucket, era, uid, status)
        select e.at, e.bucket, p_to, e.uid, e.status
        from holdfast.ended e where e.bucket = p_bucket and e.uid = p_uid and e.era = v_from
        on conflict do nothing;
    insert into holdfast.home (bucket, era, accepted_era, uid) values (p_bucket, p_to, p_era, p_uid);
end $$;
comment on function holdfast.rehome is
    'Copies records of a workflow, known by the era that it was accepted in, to a later era, where it lies when the last'
    ' one is copied. Part of a batch of its owner, so that nobody else writes it meanwhile.';

create function holdfast.stays(p_bucket integer, p_era integer, p_uid uuid, p_definition text,
    out accepted_era integer, out stays boolean)
language plpgsql stable set search_path = pg_catalog as $$
declare
    v_home integer;
begin
    select max(h.era), min(h.accepted_era) into v_home, accepted_era from holdfast.home h
        where h.bucket = p_bucket and h.uid = p_uid;
    accepted_era := coalesce(accepted_era, p_era);
    stays := coalesce(v_home, p_era) = p_era;
    if stays then
        stays := coalesce((holdfast.expires_at(p_bucket, p_era, p_uid, p_definition)).at > clock_timestamp(), true);
    end if;
end $$;
comment on function holdfast.stays is
    'Whether a workflow whose rows are in an era is to be kept, and lies there still.';

create function holdfast.survivors(p_era integer, p_bucket integer, p_after uuid, p_limit integer)
returns table (uid uuid, accepted_era integer, stays boolean)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select w.uid, s.accepted_era, s.stays
    from (select w.uid, w.definition from holdfast.workflow w
        where w.bucket = p_bucket and w.era = p_era and w.uid > p_after order by w.uid limit p_limit) w
    cross join lateral holdfast.stays(p_bucket, p_era, w.uid, w.definition) s
    order by w.uid;
end $$;
comment on function holdfast.survivors is
    'The next workflows of a bucket in an era, and whether they are to be kept and lie there still.';

create function holdfast.survivors_of(p_era integer, p_bucket integer, p_uids uuid[])
returns table (uid uuid, accepted_era integer)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select k.uid, s.accepted_era
    from unnest(p_uids) k(uid)
    cross join lateral (select w.definition from holdfast.workflow w
        where w.bucket = p_bucket and w.era = p_era and w.uid = k.uid limit 1) w
    cross join lateral holdfast.stays(p_bucket, p_era, k.uid, w.definition) s
    where s.stays order by k.uid;
end $$;
comment on function holdfast.survivors_of is 'Those of some workflows in an era that are to be kept and lie there still.';

create function holdfast.remove(p_bucket integer, p_uid uuid) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_id text;
    v_key text;
    v_definition text;
begin
    perform set_config('lock_timeout', '20ms', true);
    delete from holdfast.workflow w where w.bucket = p_bucket and w.uid = p_uid
        returning w.id, w.key, w.definition into v_id, v_key, v_definition;
    delete from holdfast.submission s where s.bucket = p_bucket and s.uid = p_uid and s.erased_at is null
        and (s.name = v_id and s.scope = '*' or s.name = v_key and s.scope = v_definition);
    delete from holdfast.log l where l.bucket = p_bucket and l.uid = p_uid;
    delete from holdfast.ended e where e.bucket = p_bucket and e.uid = p_uid;
    delete from holdfast.dead_letter d where d.bucket = p_bucket and d.uid = p_uid;
    delete from holdfast.dead_letter_state d where d.bucket = p_bucket and d.uid = p_uid;
    delete from holdfast.inbox i where i.bucket = p_bucket and i.uid = p_uid;
    delete from holdfast.home h where h.bucket = p_bucket and h.uid = p_uid;
end $$;
comment on function holdfast.remove is 'Takes all rows of an ended workflow away; the audit stays.';

create function holdfast.removable(out with_era interval, out until timestamptz) language sql
    set search_path = pg_catalog as $$
    select e.with_era, clock_timestamp() - (select min(r.keep) from holdfast.retention r
        where e.with_era is null or r.keep < e.with_era)
    from (select (select greatest(d.keep, s.era_seconds * interval '1 second') from holdfast.settings s
        where d.keep is not null) as with_era from holdfast.kept_for('*', '*') as d) e
$$;
comment on function holdfast.removable is
    'What is kept as long as with_era goes with its era, null is nothing. Of all else, what was accepted before until may'
    ' be over; null where no rule is shorter.';

create function holdfast.expire(p_bucket integer, p_after uuid, p_limit integer, out last uuid, out removed integer)
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_row record;
    v_expires record;
    v_looked integer := 0;
    v_forgotten uuid;
    v_with_era interval;
    v_until timestamptz;
begin
    perform holdfast.require_durable();
    select r.with_era, r.until into v_with_era, v_until from holdfast.removable() r;
    removed := 0;
    for v_row in select w.uid, w.era, w.definition from holdfast.workflow w
            where w.bucket = p_bucket and w.uid > p_after order by w.uid limit p_limit loop
        exit when v_until is null or holdfast.accepted_at(v_row.uid) > v_until;
        v_looked := v_looked + 1;
        last := v_row.uid;
        continue when v_row.era <> holdfast.home_of(p_bucket, v_row.era, v_row.uid);
        v_expires := holdfast.expires_at(p_bucket, v_row.era, v_row.uid, v_row.definition);
        if v_expires.at <= clock_timestamp() and (v_with_era is null or v_expires.keep < v_with_era) then
            begin
                perform holdfast.remove(p_bucket, v_row.uid);
                removed := removed + 1;
                v_forgotten := v_row.uid;
            exception when lock_not_available then
                null; -- somebody holds a row of it: the next round
            end;
        end if;
    end loop;
    if v_looked < p_limit then
        last := null;
    end if;
    if not exists (select from holdfast.forgotten f where f.bucket = p_bucket and f.uid >= v_forgotten) then
        insert into holdfast.forgotten (bucket, uid) select p_bucket, v_forgotten where v_forgotten is not null
            on conflict do nothing;
        delete from holdfast.forgotten where ctid = any (array(select f.ctid from holdfast.forgotten f
            where f.bucket = p_bucket and f.uid < v_forgotten for update skip locked));
    end if;
end $$;
comment on function holdfast.expire is
    'Looks at the next workflows of a bucket and takes away those whose time is over, as far as their eras would not go'
    ' soon enough by themselves. Returns how far it looked; null at the end.';

create function holdfast.close_era(p_era integer) returns void language plpgsql set search_path = pg_catalog as $$
begin
    if not holdfast.is_closed(p_era) then
        insert into holdfast.closed (era) values (p_era) on conflict do nothing;
    end if;
    delete from holdfast.closed where ctid = any (array(select c.ctid from holdfast.closed c
        where c.era < p_era for update skip locked));
end $$;
comment on function holdfast.close_era is 'Lets nothing new into an era and those before it, from the commit on.';

create function holdfast.recall_late(p_era integer) returns integer language plpgsql set search_path = pg_catalog as $$
declare
    v_recalled integer;
    v_age bigint := pg_current_xact_id()::text::bigint
        - (select min(c.since::text::bigint) from holdfast.cleared c where c.era = p_era);
begin
    execute format('delete from holdfast.cleared c where c.era = $1 and c.bucket in (
        select w.bucket from holdfast.workflow_%s w cross join lateral holdfast.stays(w.bucket, $1, w.uid, w.definition) s
        where age(w.xmin) <= $2 and s.stays)', p_era) using p_era, v_age;
    get diagnostics v_recalled = row_count;
    return v_recalled;
end $$;
comment on function holdfast.recall_late is
    'Buckets of an era are not cleared after all where something was written into them, and is to be kept, by a'
    ' transaction that had not ended when they were looked through. Returns how many. Reads the table of the era once.';

create function holdfast.drop_workflows(p_era integer) returns boolean language plpgsql
    set search_path = pg_catalog as $$
declare
    v_table regclass := to_regclass('holdfast.workflow_' || p_era);
begin
    if v_table is null then
        return true;
    end if;
    perform set_config('lock_timeout', '1s', true);
    execute format('lock table holdfast.workflow_%s in access exclusive mode', p_era);
    if exists (select from pg_catalog.pg_inherits i where i.inhrelid = v_table) then
        return false;
    end if;
    perform holdfast.recall_late(p_era);
    if (select count(*) from holdfast.cleared c where c.era = p_era and c.rules = holdfast.rules())
            < (select s.buckets from holdfast.settings s) then
        execute format('alter table holdfast.workflow attach partition holdfast.workflow_%1$s for values in (%1$s)',
            p_era);
        return false;
    end if;
    execute format('drop table holdfast.workflow_%s', p_era);
    return true;
end $$;
comment on function holdfast.drop_workflows is
    'Drops the table of the workflows of an era, which is detached, so that nobody writes it any more: what is to be kept'
    ' and is found in it now was missed, and the table is attached again. Returns whether the table is gone.';

-- By nested loops in the order of an index, which end at the limit: other plans read the whole era for each part of it.
create function holdfast.forget_era(p_era integer, p_limit integer) returns integer language plpgsql
set search_path = pg_catalog set enable_seqscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off
set plan_cache_mode = force_generic_plan as $$
declare
    v_rows integer;
    v_forgotten integer;
begin
    delete from holdfast.home where ctid = any (array(select h.ctid from holdfast.home h
        where h.era <= p_era limit p_limit for update skip locked));
    get diagnostics v_forgotten = row_count;
    -- Of each the era itself first: what is left of earlier ones lies elsewhere now, and stays.
    delete from holdfast.submission where ctid = any (array(select s.ctid from holdfast.submission s
        where s.era <= p_era and s.erased_at is null
            and not exists (select from holdfast.home h where h.bucket = s.bucket and h.uid = s.uid)
        order by s.era desc limit p_limit for update skip locked));
    get diagnostics v_rows = row_count;
    v_forgotten := v_forgotten + v_rows;
    delete from holdfast.dead_letter_state where ctid = any (array(select d.ctid from holdfast.dead_letter_state d
        where d.era <= p_era and not exists (select from holdfast.home h where h.bucket = d.bucket and h.uid = d.uid)
        order by d.era desc limit p_limit for update skip locked));
    get diagnostics v_rows = row_count;
    v_forgotten := v_forgotten + v_rows;
    delete from holdfast.dead_letter where ctid = any (array(select d.ctid from holdfast.dead_letter d
        where d.era <= p_era and not exists (select from holdfast.home h where h.bucket = d.bucket and h.uid = d.uid)
        order by d.era desc limit p_limit for update skip locked));
    get diagnostics v_rows = row_count;
    v_forgotten := v_forgotten + v_rows;
    if v_forgotten = 0 then
        delete from holdfast.cleared where era <= p_era;
    end if;
    return v_forgotten;
end $$;
comment on function holdfast.forget_era is
    'Takes away what an era leaves behind outside of its tables, some at a time; returns how many rows. What was erased'
    ' stays erased.';

create function holdfast.erase(p_bucket integer, p_era integer, p_uid uuid, p_id text) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    update holdfast.submission s set erased_at = clock_timestamp(), digest = ''
        from holdfast.workflow w
        where w.bucket = p_bucket and w.uid = p_uid
            and s.name = w.key and s.scope = w.definition and s.bucket = p_bucket;
    insert into holdfast.submission (record_id, at, erased_at, bucket, era, uid, name, scope, digest)
        values (0, clock_timestamp(), clock_timestamp(), p_bucket, p_era, p_uid, p_id, '*', '')
        on conflict (name, scope, bucket) do update set erased_at = clock_timestamp(), digest = '';
    perform holdfast.remove(p_bucket, p_uid);
end $$;
comment on function holdfast.erase is
    'Takes all rows of an ended workflow away. Its key and id stay taken, by nothing.';

create function holdfast.scrub(p_bucket integer, p_uid uuid, p_value bytea, p_failure bytea) returns void
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    -- Of what holdfast.submit has accepted, because only the input tells what it is equal to.
    update holdfast.submission s set digest = holdfast.digest_of(convert_from(w.input, 'UTF8')::jsonb)
        from holdfast.workflow w
        where w.bucket = p_bucket and w.uid = p_uid and s.bucket = p_bucket and s.uid = p_uid and s.digest is null
            and (s.name = w.id and s.scope = '*' or s.name = w.key and s.scope = w.definition);
    update holdfast.workflow w set input = p_value where w.bucket = p_bucket and w.uid = p_uid;
    update holdfast.log l set
            outcome = case l.outcome_state when 0 then l.outcome when 1 then p_value else p_failure end,
            detail = case (select k.detail from holdfast.event_kind k where k.code = l.event)
                when 'value' then p_value when 'failure' then p_failure else l.detail end
        where l.bucket = p_bucket and l.uid = p_uid;
    update holdfast.dead_letter d set error_message = 'scrubbed', stack = ''
        where d.bucket = p_bucket and d.uid = p_uid;
end $$;
comment on function holdfast.scrub is
    'Replaces what went in and came out of an ended workflow, wherever its rows lie. The only change of rows of the log.';

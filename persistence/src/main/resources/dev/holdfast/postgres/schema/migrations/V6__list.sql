-- Lists, newest first, in the order of uids. Each function looks at a limited number of workflows, and says how far it
-- looked in a last row without a bucket, which is not there once it has looked at all.

create function holdfast.eras(p_from integer, p_to integer) returns setof integer language sql stable
    set search_path = pg_catalog as $$
    with recursive accepted(era) as (
        (select h.accepted_era from holdfast.home h where h.accepted_era <= p_to order by h.accepted_era desc limit 1)
        union all
        select (select h.accepted_era from holdfast.home h where h.accepted_era < a.era
            order by h.accepted_era desc limit 1)
        from accepted a where a.era >= p_from)
    select e.era from (
        select pg_catalog.substring(c.relname::text, '_(\d+)$')::integer as era
        from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'holdfast.workflow'::regclass and not i.inhdetachpending
        union
        select a.era from accepted a) e
    where e.era between p_from and p_to order by e.era desc
$$;
comment on function holdfast.eras is 'The eras from which workflows are left, the latest first.';

create function holdfast.millis_of(p_uid uuid) returns bigint language sql immutable
    return ('x' || substr(p_uid::text, 1, 8) || substr(p_uid::text, 10, 4))::bit(48)::bigint;
comment on function holdfast.millis_of is 'The time in a uid, in milliseconds since 1970.';

create function holdfast.first_at(p_millis bigint) returns uuid language sql immutable
    return (lpad(to_hex(greatest(0, p_millis)), 12, '0') || repeat('0', 20))::uuid;
comment on function holdfast.first_at is 'The least uid of a time.';

create function holdfast.first_of(p_era integer) returns uuid language sql stable
    return (select holdfast.first_at(case when p_era > 1 then floor(extract(epoch from s.initialised_at) * 1000)::bigint
        + (p_era - 1) * s.era_seconds * 1000 else 0 end) from holdfast.settings s);
comment on function holdfast.first_of is
    'The least uid of a workflow that was accepted in an era. Of earlier ones that were copied to it lie the rows there.';

create function holdfast.newest(p_era integer, p_buckets integer, p_ended boolean, p_below uuid, p_from uuid,
    p_each integer, out buckets integer[], out uids uuid[], out looked_to uuid, out looked integer)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    -- Of each bucket the newest, by the primary key. What is older than the last one of a bucket that may have more is
    -- left for the next call, so that nothing is passed over.
    with found as materialized (
        select b.bucket, w.uid, w.place, false as moved
        from pg_catalog.generate_series(0, p_buckets - 1) as b(bucket)
        cross join lateral (select w.uid, pg_catalog.row_number() over (order by w.uid desc) as place
            from (select w.uid from holdfast.workflow w
                where not p_ended and w.bucket = b.bucket and w.era = p_era and w.uid < p_below and w.uid >= p_from
                order by w.uid desc limit p_each) w) w
        union all
        select b.bucket, w.uid, w.place, false
        from pg_catalog.generate_series(0, p_buckets - 1) as b(bucket)
        cross join lateral (select w.uid, pg_catalog.row_number() over (order by w.uid desc) as place
            from (select w.uid from holdfast.ended w
                where p_ended and w.bucket = b.bucket and w.era = p_era and w.uid < p_below and w.uid >= p_from
                order by w.uid desc limit p_each) w) w
        union all
        select h.bucket, h.uid, pg_catalog.row_number() over (order by h.uid desc), true
        from (select distinct on (h.uid) h.bucket, h.uid from holdfast.home h
            where h.accepted_era = p_era and h.uid < p_below and h.uid >= p_from
            order by h.uid desc limit p_each) h),
    last as (select f.uid from found f where f.place = p_each order by f.uid desc limit 1)
    select pg_catalog.array_agg(f.bucket order by f.uid desc) filter (where f.whole),
            pg_catalog.array_agg(f.uid order by f.uid desc) filter (where f.whole),
            (select l.uid from last l), pg_catalog.count(*)
        into buckets, uids, looked_to, looked
        from (select f.bucket, f.uid, coalesce(f.uid >= (select l.uid from last l), true)
                and (f.moved or not exists (select from holdfast.home h where h.bucket = f.bucket and h.uid = f.uid))
                as whole
            from found f) f;
end $$;
comment on function holdfast.newest is
    'Workflows that were accepted in an era, failed or cancelled ones only if p_ended: all from looked_to, or if that is'
    ' null from p_from, up to p_below; p_each of a bucket at most.';

create function holdfast.list(p_buckets integer, p_ended boolean, p_oldest integer, p_newest integer, p_below uuid,
    p_from uuid, p_definition text, p_labels jsonb, p_statuses text[], p_wanted integer, p_looks integer)
returns table (bucket integer, era integer, uid uuid)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_era integer;
    v_below uuid;
    v_begin uuid;
    v_from uuid;
    v_aim integer := p_wanted;
    v_span bigint; -- of the next look, in milliseconds
    v_looked integer := 0;
    v_left integer := p_wanted;
    v_rows integer;
    v_number integer;
    v_found record;
begin
    for v_era in select e from holdfast.eras(p_oldest, p_newest) e loop
        v_span := null;
        v_below := p_below; -- the last uid of an era may have the first time of the next one
        v_begin := greatest(p_from, holdfast.first_of(v_era));
        loop
            -- The first look finds how dense workflows are here. Later ones take spans of time with as many as they aim
            -- at, however they are spread over the buckets.
            v_from := v_begin;
            if v_span is not null then
                v_from := greatest(v_begin, holdfast.first_at(holdfast.millis_of(v_below) - v_span));
            end if;
            v_found := holdfast.newest(v_era, p_buckets, p_ended, v_below, v_from,
                case when v_span is null then 2 else 512 end);
            v_number := coalesce(cardinality(v_found.uids), 0);
            return query
            select k.bucket, v_era, k.uid from unnest(v_found.buckets, v_found.uids) as k(bucket, uid)
            cross join lateral holdfast.home_of(k.bucket, v_era, k.uid) as home(era)
            cross join lateral (select w.definition, w.labels from holdfast.workflow w
                where w.bucket = k.bucket and w.uid = k.uid and w.era = home.era limit 1) w
            left join lateral (select o.status from holdfast.open_workflow o
                where o.uid = k.uid and o.bucket = k.bucket limit 1) o on true
            left join lateral (select e.status from holdfast.ended e
                where e.bucket = k.bucket and e.uid = k.uid and e.era = home.era limit 1) e on true
            where (p_definition is null or w.definition = p_definition)
                and (p_labels is null or w.labels @> p_labels)
                and (p_statuses is null or coalesce(e.status, o.status, 'COMPLETED') = any (p_statuses))
            order by k.uid desc limit v_left;
            get diagnostics v_rows = row_count;
            v_left := v_left - v_rows;
            if v_left = 0 then
                return; -- the last row says how far
            end if;
            v_looked := v_looked + v_found.looked + p_buckets / 8;
            if v_found.looked_to is not null then
                v_below := v_found.looked_to;
            elsif v_from > v_begin then
                v_below := v_from;
            else
                exit; -- that was all of this era
            end if;
            if v_looked >= p_looks then
                return query select null::integer, v_era, v_below;
                return;
            end if;
            if v_number = 0 then
                v_span := null;
            elsif v_span is null then
                v_span := 1 + (holdfast.millis_of(v_found.uids[1]) - holdfast.millis_of(v_below)) * v_aim / v_number;
            else
                v_span := least(v_span * v_aim / v_number, v_span * 8) + 1;
            end if;
            v_aim := least(v_aim * 2, 2000);
        end loop;
    end loop;
end $$;
comment on function holdfast.list is
    'The next workflows below a uid, and where the search ended if it found fewer than wanted and looked at its limit.';

create function holdfast.list_open(p_below uuid, p_from uuid, p_definition text, p_labels jsonb, p_statuses text[],
    p_wait text, p_wanted integer, p_looks integer)
returns table (bucket integer, era integer, uid uuid)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_below uuid := p_below;
    v_each integer := 2 * p_wanted;
    v_looked integer := 0;
    v_left integer := p_wanted;
    v_rows integer;
    v_stopped text := case when cardinality(p_statuses) = 1 then p_statuses[1] end;
    v_buckets integer[];
    v_eras integer[];
    v_uids uuid[];
    v_number integer;
    v_last uuid; -- of a look after which there may be more
    v_many integer;
begin
    loop
        -- Rows are compared as a whole, because only the index on waits has them in this order.
        if p_wait like '%:%' then
            select pg_catalog.array_agg(o.bucket), pg_catalog.array_agg(o.era), pg_catalog.array_agg(o.uid)
                into v_buckets, v_eras, v_uids
                from (select o.bucket, o.era, o.uid from holdfast.open_workflow o
                    where o.waits is not null and (o.waits[1], o.uid) < (p_wait, v_below)
                        and (o.waits[1], o.uid) >= (p_wait, p_from)
                    order by o.waits[1] desc, o.uid desc limit v_each) o;
        elsif p_wait is not null then
            select pg_catalog.array_agg(o.bucket), pg_catalog.array_agg(o.era), pg_catalog.array_agg(o.uid)
                into v_buckets, v_eras, v_uids
                from (select o.bucket, o.era, o.uid from holdfast.open_workflow o
                    where o.waits is not null and (split_part(o.waits[1], ':', 1), o.uid) < (p_wait, v_below)
                        and (split_part(o.waits[1], ':', 1), o.uid) >= (p_wait, p_from)
                    order by split_part(o.waits[1], ':', 1) desc, o.uid desc limit v_each) o;
        elsif v_stopped in ('PAUSED', 'DEAD_LETTERED') then
            select pg_catalog.array_agg(o.bucket), pg_catalog.array_agg(o.era), pg_catalog.array_agg(o.uid)
                into v_buckets, v_eras, v_uids
                from (select o.bucket, o.era, o.uid from holdfast.open_workflow o
                    where o.status in ('PAUSED', 'DEAD_LETTERED') and o.status = v_stopped
                        and o.uid < v_below and o.uid >= p_from
                    order by o.uid desc limit v_each) o;
        else
            select pg_catalog.array_agg(o.bucket), pg_catalog.array_agg(o.era), pg_catalog.array_agg(o.uid)
                into v_buckets, v_eras, v_uids
                from (select o.bucket, o.era, o.uid from holdfast.open_workflow o
                    where o.uid < v_below and o.uid >= p_from order by o.uid desc limit v_each) o;
        end if;
        v_number := coalesce(cardinality(v_uids), 0);
        v_last := case when v_number = v_each then v_uids[v_each] end;
        v_looked := v_looked + v_number;
        -- Those that wait for several things, and for this not first. What is older than the last one of a search that
        -- may find more is left for the next look.
        if p_wait is not null then
            with many as materialized (select o.bucket, o.era, o.uid, o.waits from holdfast.open_workflow o
                where o.waits[2] is not null
                    and (o.waits[2] <> 'child:' or o.waits[3] is not null or o.waits[1] = 'signal:')
                    and o.uid < v_below and o.uid >= p_from
                order by o.uid desc limit v_each),
            last as materialized (select greatest(v_last, (select m.uid from many m order by m.uid desc
                offset v_each - 1 limit 1)) as uid),
            found as (
                select k.bucket, k.era, k.uid from unnest(v_buckets, v_eras, v_uids) as k(bucket, era, uid)
                union
                select m.bucket, m.era, m.uid from many m
                where exists (select from unnest(m.waits) as waits(wait)
                    where case when p_wait like '%:%' then wait else split_part(wait, ':', 1) end = p_wait))
            select array_agg(f.bucket), array_agg(f.era), array_agg(f.uid), (select l.uid from last l),
                    (select count(*) from many)
                into v_buckets, v_eras, v_uids, v_last, v_many
                from found f where f.uid >= coalesce((select l.uid from last l), p_from);
            v_looked := v_looked + v_many;
        end if;
        return query
        select k.bucket, k.era, k.uid from unnest(v_buckets, v_eras, v_uids) as k(bucket, era, uid)
        cross join lateral (select o.status from holdfast.open_workflow o
            where o.uid = k.uid and o.bucket = k.bucket and o.status = any (p_statuses) limit 1) o
        cross join lateral holdfast.home_of(k.bucket, k.era, k.uid) as home(era)
        cross join lateral (select w.definition, w.labels from holdfast.workflow w
            where w.bucket = k.bucket and w.uid = k.uid and w.era = home.era limit 1) w
        where (p_definition is null or w.definition = p_definition) and (p_labels is null or w.labels @> p_labels)
        order by k.uid desc limit v_left;
        get diagnostics v_rows = row_count;
        v_left := v_left - v_rows;
        if v_left = 0 or v_last is null then
            return;
        end if;
        v_below := v_last;
        v_each := least(v_each * 2, 4096);
        if v_looked >= p_looks then
            return query select null::integer, null::integer, v_below;
            return;
        end if;
    end loop;
end $$;
comment on function holdfast.list_open is
    'The same, of workflows that have not ended, in these statuses, and that wait for this if it is not null: a kind, or'
    ' kind:name. Those that are parked, are paused, or wait have indexes of their own; of those that wait for several'
    ' things it looks at one after the other.';

create function holdfast.list_children(p_parent uuid, p_oldest integer, p_below uuid, p_from uuid, p_definition text,
    p_labels jsonb, p_statuses text[], p_wait text, p_wanted integer, p_looks integer)
returns table (bucket integer, era integer, uid uuid)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_below uuid := p_below;
    v_each integer := 2 * p_wanted;
    v_looked integer := 0;
    v_left integer := p_wanted;
    v_rows integer;
    v_buckets integer[];
    v_eras integer[];
    v_uids uuid[];
begin
    loop
        -- The index of each era from that of the parent on. Of one that was copied to a later era that row comes first.
        select array_agg(w.bucket), array_agg(w.era), array_agg(w.uid) into v_buckets, v_eras, v_uids
            from (select w.bucket, w.era, w.uid from holdfast.workflow w
                where w.parent_uid = p_parent and w.era >= p_oldest and w.uid < v_below and w.uid >= p_from
                order by w.uid desc, w.era desc limit v_each) w;
        return query
        select k.bucket, coalesce(h.accepted_era, k.era), k.uid
        from unnest(v_buckets, v_eras, v_uids) as k(bucket, era, uid)
        left join lateral (select h.accepted_era, h.era from holdfast.home h
            where h.bucket = k.bucket and h.uid = k.uid order by h.era desc limit 1) h on true
        cross join lateral (select w.definition, w.labels from holdfast.workflow w
            where w.bucket = k.bucket and w.uid = k.uid and w.era = k.era limit 1) w
        left join lateral (select o.status, o.waits from holdfast.open_workflow o
            where o.uid = k.uid and o.bucket = k.bucket limit 1) o on true
        left join lateral (select e.status from holdfast.ended e
            where e.bucket = k.bucket and e.uid = k.uid and e.era = k.era limit 1) e on true
        where k.era = coalesce(h.era, k.era)
            and (p_definition is null or w.definition = p_definition)
            and (p_labels is null or w.labels @> p_labels)
            and (p_statuses is null or coalesce(e.status, o.status, 'COMPLETED') = any (p_statuses))
            and (p_wait is null or exists (select from unnest(o.waits) as waits(wait)
                where case when p_wait like '%:%' then wait else split_part(wait, ':', 1) end = p_wait))
        order by k.uid desc limit v_left;
        get diagnostics v_rows = row_count;
        v_left := v_left - v_rows;
        v_looked := v_looked + coalesce(cardinality(v_uids), 0);
        if v_left = 0 or coalesce(cardinality(v_uids), 0) < v_each then
            return;
        end if;
        v_below := v_uids[v_each];
        v_each := least(v_each * 2, 4096);
        if v_looked >= p_looks then
            return query select null::integer, null::integer, v_below;
            return;
        end if;
    end loop;
end $$;
comment on function holdfast.list_children is
    'The same, of the children of a workflow that was accepted in this era, in any status.';

create function holdfast.open_intents(p_after uuid, p_wanted integer, p_looks integer)
returns table (bucket integer, era integer, uid uuid, id text, definition text, version integer, name text,
    event_position integer, event_branch text, event_attempt integer, idempotency_key uuid, at timestamptz)
language plpgsql stable
    set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with looked as materialized (
        select o.bucket, o.era, o.uid, o.status in ('RUNNING', 'COMPENSATING') and o.due is null as ran
        from holdfast.open_workflow o where o.uid > p_after order by o.uid limit p_looks),
    ran as materialized (
        select l.bucket, l.era, l.uid from looked l where l.ran order by l.uid limit p_wanted)
    select r.bucket, r.era, r.uid, w.id, w.definition, w.version, i.name,
        coalesce(convert_from(i.detail, 'UTF8')::integer, i.event_position), i.event_branch, i.event_attempt,
        i.idempotency_key, i.at
    from ran r
    cross join lateral holdfast.home_of(r.bucket, r.era, r.uid) as home(era)
    cross join lateral (select w.* from holdfast.workflow w
        where w.bucket = r.bucket and w.uid = r.uid and w.era = home.era limit 1) w
    cross join lateral (select l.* from holdfast.log l
        where l.bucket = r.bucket and l.uid = r.uid and l.era = home.era
            and l.event = (select e.code from holdfast.event_kind e where e.name = 'intent')
        order by l.seq desc limit 1) i
    where not exists (select from holdfast.log o
        where o.bucket = r.bucket and o.uid = r.uid and o.era = home.era and o.seq > i.seq and o.outcome_state <> 0)
    union all
    select null, null, case when count(*) = p_wanted then (select r.uid from ran r order by r.uid desc limit 1)
            else (select l.uid from looked l order by l.uid desc limit 1) end,
        null, null, null, null, null, null, null, null, null
    from ran having count(*) = p_wanted or (select count(*) from looked) = p_looks
    order by uid, bucket;
end $$;
comment on function holdfast.open_intents is
    'The last intent of each workflow that was running, if it has no outcome, after this uid: looks at the log of as many'
    ' as wanted, and at so many open rows. A last row without a bucket says how far it looked, if there may be more.';

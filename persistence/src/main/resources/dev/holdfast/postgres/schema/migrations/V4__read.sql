-- Reading. A function, so that each session plans it once: planning looks at every partition, for milliseconds. Each
-- row is looked up by itself: a join may read a whole table, by a plan made when it was empty.

create function holdfast.summaries(p_buckets integer[], p_eras integer[], p_uids uuid[])
returns table (bucket integer, era integer, uid uuid, id text, definition text, version integer, labels text,
    open_status text, due timestamptz, waits text[], owner text, started_at timestamptz, last_at timestamptz,
    log_status text, failure bytea, attempt integer, failed_attempt bytea, letter_seq integer, error_class text,
    error_message text)
language plpgsql stable set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select k.bucket, k.era, k.uid, w.id, w.definition, w.version, w.labels::text,
        o.status, o.due, o.waits, owner.name, first.at, last.at, kind.status,
        case when kind.status = 'FAILED' then event.detail end, intent.event_attempt, failed.outcome,
        d.seq, d.error_class, d.error_message
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
            and l.outcome_state in (3, 4) order by l.seq desc limit 1) failed on true
    left join lateral (select d.seq, d.error_class, d.error_message from holdfast.dead_letter d
        where d.bucket = k.bucket and d.uid = k.uid and d.seq = event.seq
            and kind.status = 'DEAD_LETTERED' limit 1) d on true
    order by k.place;
end $$;
comment on function holdfast.summaries is
    'Workflows as people see them, in the order of the arguments; reads the first record of each and its last few.'
    ' log_status is the status that the last event led to; it decides where it is final or DEAD_LETTERED. failure is that'
    ' of the end, failed_attempt the one before; attempt is that of the last intent.';

-- Reading. A function, so that each session plans it once: planning looks at every partition, for milliseconds. Each
-- row is looked up by itself: a join may read a whole table, by a plan made when it was empty.

create function holdfast.summaries(p_buckets integer[], p_eras integer[], p_uids uuid[])
returns table (bucket integer, era integer, uid uuid, id text, definition text, version integer, labels text,
    open_status text, owner text, started_at timestamptz, last_at timestamptz, event smallint, failure bytea,
    attempt integer, step text, failed_attempt bytea, retry_at timestamptz, letter_seq integer, error_class text,
    error_message text)
language plpgsql stable set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select k.bucket, k.era, k.uid, w.id, w.definition, w.version, w.labels::text,
        o.status, owner.name, first.at, last.at, last.event, case when last.event = 31 then last.detail end,
        intent.event_attempt, intent.name, failed.outcome,
        case when failed.seq = last.seq and last.event = 0
            then failed.at + failed.retry_millis * interval '1 millisecond' end,
        d.seq, d.error_class, d.error_message
    from unnest(p_buckets, p_eras, p_uids) with ordinality as k(bucket, era, uid, place)
    cross join lateral holdfast.home_of(k.bucket, k.era, k.uid) as home(era)
    cross join lateral (select w.* from holdfast.workflow w
        where w.bucket = k.bucket and w.uid = k.uid and w.era = home.era limit 1) w
    left join lateral (select o.status from holdfast.open_workflow o
        where o.uid = k.uid and o.bucket = k.bucket limit 1) o on true
    left join lateral (select n.name from holdfast.incarnation i join holdfast.node n on n.number = i.number
        where i.id = holdfast.owner(k.bucket) limit 1) owner on true
    left join lateral (select l.at from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era and l.seq = 1
        limit 1) first on true
    left join lateral (select l.seq, l.at, l.event, l.detail from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
        order by l.seq desc limit 1) last on true
    left join lateral (select l.event_attempt, l.name from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era and l.event = 1
        order by l.seq desc limit 1) intent on true
    left join lateral (select l.seq, l.at, l.outcome, l.retry_millis from holdfast.log l
        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era and l.seq > last.seq - 3
            and l.outcome_state in (3, 4) order by l.seq desc limit 1) failed on true
    left join lateral (select d.seq, d.error_class, d.error_message from holdfast.dead_letter d
        where d.bucket = k.bucket and d.uid = k.uid and d.seq = last.seq and last.event = 20 limit 1) d on true
    order by k.place;
end $$;
comment on function holdfast.summaries is
    'Workflows as readers see them, in the order asked for: each looks at its first record and its last few. failure is'
    ' that of the end, failed_attempt the one before; step and attempt are those of the last intent.';

-- Submissions under a caller's key or id: the one place where foreigners collide. A connection that is fenced may append
-- them too, but cannot start them: then they are queued for the owner.

create function holdfast.is_generated(p_id text) returns boolean language sql immutable
    return p_id ~ '^h1[0-9a-v]{32}$';
comment on function holdfast.is_generated is
    'Whether an id names its place. One of this form that was never generated is refused before it comes here.';

create function holdfast.is_forgotten(p_bucket integer, p_era integer, p_uid uuid) returns boolean
language sql stable
    return holdfast.is_closed(p_era) or not holdfast.has_era(p_era)
        or exists (select from holdfast.forgotten f where f.bucket = p_bucket and f.uid >= p_uid);
comment on function holdfast.is_forgotten is
    'Whether a workflow that is not there may have been there. Under its id nothing runs again: it would have the same uid,'
    ' and so the same keys of steps.';

create function holdfast.admit_one(
    p_name text, p_scope text, p_bucket integer, p_era integer, p_uid uuid, p_digest bytea, p_id text,
    p_definition text, p_version integer, p_labels text, p_input bytea, p_starts boolean,
    p_traceparent text, p_tracestate text, p_actor text, p_role text, p_request_id text, p_deadline text,
    p_signals text, p_starts_at timestamptz, p_record_id bigint,
    out outcome text, out record_id bigint, out era integer, out uid uuid, out digest bytea, out definition text,
    out input bytea)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_erased boolean;
begin
    insert into holdfast.submission (record_id, at, bucket, era, uid, name, scope, digest)
        values (p_record_id, clock_timestamp(), p_bucket, p_era, p_uid, p_name, p_scope, p_digest) on conflict do nothing;
    if not found then
        outcome := 'THERE';
        select s.record_id, s.era, s.uid, s.digest, w.definition, s.erased_at is not null,
                case when s.digest is null then w.input end
            into record_id, era, uid, digest, definition, v_erased, input
            from holdfast.submission s
            left join holdfast.workflow w
                on w.bucket = s.bucket and w.uid = s.uid and w.era = holdfast.home_of(s.bucket, s.era, s.uid)
            where s.name = p_name and s.scope = p_scope and s.bucket = p_bucket;
        if v_erased then
            outcome := 'ERASED';
        end if;
        if v_erased or definition is not null then
            perform holdfast.await_seen();
            return;
        end if;
        if holdfast.is_out_of_sight(holdfast.home_of(p_bucket, admit_one.era, admit_one.uid))
                or exists (select from holdfast.open_workflow o where o.uid = admit_one.uid and o.bucket = p_bucket) then
            outcome := 'HELD';
            return;
        end if;
        if current_setting('transaction_isolation') <> 'read committed' then
            raise exception 'an old snapshot does not tell whether the workflow of % is kept', p_name
                using errcode = '40001', hint = 'Run the transaction again.';
        end if;
        outcome := null; -- its workflow went by the retention, so the key is free again
        update holdfast.submission s set record_id = p_record_id, at = clock_timestamp(), era = p_era, uid = p_uid,
                digest = p_digest
            where s.name = p_name and s.scope = p_scope and s.bucket = p_bucket;
    end if;
    if p_scope = '*' then
        -- Accepted without a key under a generated id, and asked for again by that id.
        select p_era, w.uid, w.definition, w.input into era, uid, definition, input
            from holdfast.workflow w
            where w.bucket = p_bucket and w.uid = p_uid and w.era = holdfast.home_of(p_bucket, p_era, p_uid);
        outcome := case
            when found then 'THERE'
            when holdfast.is_generated(p_id) and holdfast.is_forgotten(p_bucket, p_era, p_uid) then
                case when holdfast.is_out_of_sight(holdfast.home_of(p_bucket, p_era, p_uid)) then 'HELD'
                    else 'ERASED' end
            end;
    end if;
    if outcome is null and exists (select from holdfast.closed c where c.era >= p_era) then
        outcome := 'CLOSED'; -- the place was made long ago
    end if;
    if outcome is not null then
        delete from holdfast.submission s where s.name = p_name and s.scope = p_scope and s.bucket = p_bucket;
        perform holdfast.await_seen();
        return;
    end if;
    outcome := 'ACCEPTED';
    insert into holdfast.workflow (bucket, era, version, uid, definition, id, key, labels, traceparent, tracestate,
            actor, role, request_id, deadline, input)
        values (p_bucket, p_era, p_version, p_uid, p_definition, p_id, case when p_scope <> '*' then p_name end,
            p_labels::jsonb, p_traceparent, p_tracestate, p_actor, p_role, p_request_id,
            p_deadline::timestamptz, p_input);
    insert into holdfast.open_workflow (due, starts_at, waits, bucket, era, uid, status)
        values (case when p_starts then null else greatest(clock_timestamp(), p_starts_at) end, p_starts_at,
            case when p_starts_at > clock_timestamp() then array['timer:'] end, p_bucket, p_era, p_uid,
            case when p_starts then 'RUNNING' else 'QUEUED' end);
    if p_signals is not null then
        insert into holdfast.inbox (id, uid, at, bucket, era, kind, name, payload)
            select (s.signal ->> 'id')::uuid, p_uid, clock_timestamp() + s.place * interval '1 microsecond', p_bucket,
                p_era, 'SIGNAL', s.signal ->> 'name', decode(s.signal ->> 'payload', 'base64')
            from jsonb_array_elements(p_signals::jsonb) with ordinality as s(signal, place);
    end if;
end $$;

create function holdfast.admit(
    p_incarnation uuid, p_connection integer, p_generation integer,
    -- false: the first key that is held ends the batch; true: it is passed over
    p_pass_held boolean,
    p_name text[], p_scope text[], p_bucket integer[], p_era integer[], p_uid uuid[], p_digest bytea[], p_id text[],
    p_definition text[], p_version integer[], p_labels text[], p_input bytea[], p_starts boolean[],
    p_traceparent text[], p_tracestate text[], p_actor text[], p_role text[], p_request_id text[],
    p_deadline text[], p_signals text[], p_starts_at text[], p_record_id bigint[])
returns table (outcome text, record_id bigint, era integer, uid uuid, digest bytea, definition text, input bytea)
language plpgsql set search_path = pg_catalog set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_owner boolean;
    v_held integer := 0;
begin
    perform holdfast.require_durable();
    v_owner := not holdfast.is_fenced(p_incarnation, p_connection, p_generation);
    perform pg_current_xact_id(); -- see holdfast.is_closed
    perform set_config('lock_timeout', case when p_pass_held then '10ms' else '50ms' end, true);
    for i in 1 .. cardinality(p_name) loop
        if p_pass_held then
            begin
                return query select * from holdfast.admit_one(p_name[i], p_scope[i], p_bucket[i], p_era[i], p_uid[i],
                    p_digest[i], p_id[i], p_definition[i], p_version[i], p_labels[i], p_input[i],
                    p_starts[i] and v_owner, p_traceparent[i], p_tracestate[i], p_actor[i], p_role[i],
                    p_request_id[i], p_deadline[i], p_signals[i], p_starts_at[i]::timestamptz, p_record_id[i]);
            exception when lock_not_available then
                v_held := v_held + 1;
                if v_held = 2 then -- the least: all callers of this batch wait for each held key
                    perform set_config('lock_timeout', '1ms', true);
                end if;
                return query select 'HELD', null::bigint, null::integer, null::uuid, null::bytea, null::text, null::bytea;
            end;
        else
            return query select * from holdfast.admit_one(p_name[i], p_scope[i], p_bucket[i], p_era[i], p_uid[i],
                p_digest[i], p_id[i], p_definition[i], p_version[i], p_labels[i], p_input[i],
                p_starts[i] and v_owner, p_traceparent[i], p_tracestate[i], p_actor[i], p_role[i], p_request_id[i],
                p_deadline[i], p_signals[i], p_starts_at[i]::timestamptz, p_record_id[i]);
        end if;
    end loop;
end $$;
comment on function holdfast.admit is
    'Accepts submissions, sorted by key by the caller, or says what stands there; one row for each, in order.';

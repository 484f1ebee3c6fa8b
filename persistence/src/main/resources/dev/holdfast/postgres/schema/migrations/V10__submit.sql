-- Submissions and signals in the transaction of the caller: holdfast.submit and holdfast.signal. They run with the rights
-- of their owner, so that a role needs nothing but EXECUTE, and so do the functions that they call: each has a search
-- path with pg_temp at its end, or a body whose names are bound. They open no subtransaction, send no NOTIFY, and wait
-- only for a transaction that has the same key. Without jit, because enable_seqscan = off makes each plan with a
-- sequential scan look expensive to versions before 18. Refusals have SQLSTATEs of the class WF: docs/submitting.md lists them.

-- Ids, as dev.holdfast.spi.WorkflowIds makes them. The form never changes; both are tested with the same vectors.

create function holdfast.bucket_of(p_name text, p_buckets integer) returns integer language sql stable
    return (('x' || encode(substr(sha256(convert_to(p_name, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint % p_buckets)::integer;
comment on function holdfast.bucket_of is 'The bucket of a key, or of an id that the submitter chose.';

create function holdfast.wrapped(p_number numeric) returns bigint language sql immutable
    return (mod(mod(p_number, 18446744073709551616) + 27670116110564327424, 18446744073709551616)
        - 9223372036854775808)::bigint;
comment on function holdfast.wrapped is 'A whole number modulo 2^64, as a signed one of 64 bits.';

create function holdfast.mixed(p_bits bigint) returns bigint language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_low constant bigint := 2147483647; -- the shift of a signed number repeats its sign
    v_mixed bigint := p_bits # (p_bits >> 33 & v_low);
begin
    v_mixed := holdfast.wrapped(v_mixed::numeric * 18397679294719823053);
    v_mixed := v_mixed # (v_mixed >> 33 & v_low);
    v_mixed := holdfast.wrapped(v_mixed::numeric * 14181476777654086739);
    return v_mixed # (v_mixed >> 33 & v_low);
end $$;
comment on function holdfast.mixed is 'The finalizer of MurmurHash3.';

create function holdfast.id_check(p_seed bigint, p_bucket integer, p_era integer, p_high bigint, p_low bigint)
returns bigint language sql immutable
    return holdfast.mixed(holdfast.mixed(holdfast.mixed(p_seed # p_high) # p_low)
        # (p_bucket::bigint << 32 | p_era::bigint)) >> 48 & 65535;
comment on function holdfast.id_check is 'The last 16 bits of a uid, which are 0 in p_low.';

create function holdfast.new_uid(p_seed bigint, p_bucket integer, p_era integer, p_at timestamptz, p_random uuid)
returns uuid language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_micros bigint := floor(extract(epoch from p_at) * 1000000);
    v_high bigint := (v_micros / 1000 << 16) | x'7000'::bigint | (v_micros % 1000 * 4096 + 999) / 1000;
    v_low bigint := x'8000000000000000'::bigint
        | ((('x' || right(p_random::text, 12))::bit(48)::bigint & x'3fffffffffff'::bigint) << 16);
begin
    v_low := v_low | holdfast.id_check(p_seed, p_bucket, p_era, v_high, v_low);
    return (lpad(to_hex(v_high), 16, '0') || lpad(to_hex(v_low), 16, '0'))::uuid;
end $$;
comment on function holdfast.new_uid is 'A uid for a workflow that is accepted at a time. p_random has 46 bits of chance.';

create function holdfast.id_of(p_bucket integer, p_era integer, p_uid uuid) returns text language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_digits constant text := '0123456789abcdefghijklmnopqrstuv';
    v_hex constant text := lpad(to_hex(p_bucket), 4, '0') || lpad(to_hex(p_era), 4, '0') || replace(p_uid::text, '-', '');
    v_id text := 'h1';
    v_part integer;
begin
    for i in 0 .. 7 loop -- 20 bits: five digits of the one kind, four of the other
        v_part := ('x' || substr(v_hex, 5 * i + 1, 5))::bit(20)::integer;
        v_id := v_id || substr(v_digits, (v_part >> 15) + 1, 1) || substr(v_digits, (v_part >> 10 & 31) + 1, 1)
            || substr(v_digits, (v_part >> 5 & 31) + 1, 1) || substr(v_digits, (v_part & 31) + 1, 1);
    end loop;
    return v_id;
end $$;
comment on function holdfast.id_of is 'The generated id of a workflow.';

create function holdfast.place_of(p_id text, out bucket integer, out era integer, out uid uuid, out is_valid boolean)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_digits constant text := '0123456789abcdefghijklmnopqrstuv';
    v_hex text := '';
    v_high bigint;
    v_low bigint;
begin
    for i in 0 .. 7 loop
        v_hex := v_hex || lpad(to_hex((position(substr(p_id, 4 * i + 3, 1) in v_digits) - 1 << 15)
            | (position(substr(p_id, 4 * i + 4, 1) in v_digits) - 1 << 10)
            | (position(substr(p_id, 4 * i + 5, 1) in v_digits) - 1 << 5)
            | (position(substr(p_id, 4 * i + 6, 1) in v_digits) - 1)), 5, '0');
    end loop;
    bucket := ('x' || substr(v_hex, 1, 4))::bit(16)::integer;
    era := ('x' || substr(v_hex, 5, 4))::bit(16)::integer;
    uid := substr(v_hex, 9)::uuid;
    v_high := ('x' || substr(v_hex, 9, 16))::bit(64)::bigint;
    v_low := ('x' || substr(v_hex, 25))::bit(64)::bigint;
    is_valid := (select bucket < s.buckets
        and (v_low & 65535) = holdfast.id_check(s.id_seed, bucket, era, v_high, v_low & ~65535::bigint)
        from holdfast.settings s);
end $$;
comment on function holdfast.place_of is
    'The place in an id for which holdfast.is_generated holds, and whether it was generated here.';

-- Digests, as dev.holdfast.json.CanonicalJson makes them; tested with the same vectors.

create function holdfast.utf16(p_text text) returns bytea language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
begin
    if p_text = '' then
        return '';
    end if;
    if octet_length(p_text) = length(p_text) then -- ASCII, a zero before each character: much faster
        return decode(E'\\000' || array_to_string(
            array_replace(string_to_array(p_text, null), E'\\', E'\\\\'), E'\\000'), 'escape');
    end if;
    return (select decode(string_agg(case when c.point < 65536 then lpad(to_hex(c.point), 4, '0')
                else to_hex(55296 + (c.point - 65536 >> 10)) || to_hex(56320 + (c.point - 65536 & 1023)) end,
                '' order by c.place), 'hex')
        from (select ascii(t.letter) as point, t.place
            from unnest(string_to_array(p_text, null)) with ordinality as t(letter, place)) c);
end $$;
comment on function holdfast.utf16 is 'A text in UTF-16, big-endian.';

create function holdfast.canonical_text(p_kind text, p_text text) returns bytea language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_bytes bytea := holdfast.utf16(p_text);
begin
    return int2send(ascii(p_kind)::smallint) || int4send(octet_length(v_bytes)) || v_bytes;
end $$;
comment on function holdfast.canonical_text is 'A text or a number with its kind and length.';

create function holdfast.canonical_number(p_number numeric) returns text language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_scale integer := min_scale(p_number);
    v_digits text := ltrim(replace(abs(trim_scale(p_number))::text, '.', ''), '0');
    v_stripped text := rtrim(v_digits, '0');
begin
    if v_digits = '' then
        return '0e0';
    end if;
    return case when p_number < 0 then '-' else '' end
        || v_stripped || 'e' || length(v_digits) - length(v_stripped) - v_scale;
end $$;
comment on function holdfast.canonical_number is 'A number by its value: 1, 1.0 and 1e0 are the same.';

create function holdfast.canonical(p_value jsonb) returns bytea language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
begin
    case jsonb_typeof(p_value)
        when 'object' then
            return (select int2send(ascii('{')::smallint) || int4send(count(*)::integer)
                    || coalesce(string_agg(int2send(ascii('k')::smallint) || int4send(octet_length(m.name)) || m.name
                        || holdfast.canonical(m.value), ''::bytea order by m.name), '')
                from (select holdfast.utf16(e.key) as name, e.value from jsonb_each(p_value) e) m);
        when 'array' then
            return (select int2send(ascii('[')::smallint) || int4send(count(*)::integer)
                    || coalesce(string_agg(holdfast.canonical(e.value), ''::bytea order by e.place), '')
                from jsonb_array_elements(p_value) with ordinality as e(value, place));
        when 'number' then
            return holdfast.canonical_text('n', holdfast.canonical_number(p_value::numeric));
        when 'string' then
            return holdfast.canonical_text('s', p_value #>> '{}');
        else
            return holdfast.canonical_text('v', p_value::text);
    end case;
end $$;
comment on function holdfast.canonical is 'A JSON value, written so that equal values write the same, and others do not.';

create function holdfast.digest_of(p_value jsonb) returns bytea language sql immutable
    return sha256(holdfast.canonical(p_value));
comment on function holdfast.digest_of is 'The digest of an input, the same as a node computes.';

-- The door: the same rules as for Java and HTTP.

create function holdfast.refuse_name(p_what text, p_name text, p_most integer, p_rule text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% is %: expected 1 to % characters %', p_what,
        case when length(p_name) > p_most then length(p_name) || ' characters'
            else coalesce('"' || p_name || '"', 'null') end, p_most, p_rule
        using errcode = 'WF001';
end $$;
comment on function holdfast.refuse_name is 'Refuses a name, a key or an id.';

create function holdfast.is_name(p_name text) returns boolean language sql immutable
    return coalesce(p_name ~ '^[a-z0-9._-]{1,100}$', false);
comment on function holdfast.is_name is 'Whether a definition or a signal may have this name.';

create function holdfast.is_key(p_key text) returns boolean language sql immutable
    return coalesce(p_key ~ '^[A-Za-z0-9._:@-]{1,200}$', false);
comment on function holdfast.is_key is 'Whether a text may be a key or an id.';

create function holdfast.require_label(p_what text, p_text text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    -- Its length counts as in Java: what UTF-8 writes in four bytes counts as two.
    if p_text = '' or length(p_text) > 200 or p_text ~ E'[\\u0001-\\u001f\\u007f-\\u009f]' or octet_length(p_text) > 200
            and length(p_text) + length(regexp_replace(p_text, E'[^\\U00010000-\\U0010ffff]', '', 'g')) > 200 then
        raise exception '% is %: expected 1 to 200 characters without control characters', p_what,
            case when length(p_text) > 200 then length(p_text) || ' characters' else '"' || p_text || '"' end
            using errcode = 'WF001';
    end if;
end $$;
comment on function holdfast.require_label is 'Requires the name or the value of a label.';

create function holdfast.require_json(p_what text, p_json text, p_bytes_max integer) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_depth_max constant integer := 100;
    v_brackets text;
begin
    if p_json is null then
        raise exception '% is null: expected JSON; the JSON null is ''null''', p_what using errcode = 'WF001';
    end if;
    if octet_length(p_json) > p_bytes_max then
        raise exception '% has % bytes: expected at most %', p_what, octet_length(p_json), p_bytes_max
            using errcode = 'WF002';
    end if;
    if length(p_json) - length(translate(p_json, '{[', '')) > v_depth_max then
        v_brackets := regexp_replace(regexp_replace(p_json, E'"([^"\\\\]|\\\\.)*"', '', 'g'), E'[^][{}]', '', 'g');
        for i in 1 .. v_depth_max loop
            v_brackets := regexp_replace(v_brackets, E'\\{\\}|\\[\\]', '', 'g'); -- the innermost of each
        end loop;
        if v_brackets <> '' then
            raise exception '% is nested deeper than %', p_what, v_depth_max using errcode = 'WF001';
        end if;
    end if;
end $$;
comment on function holdfast.require_json is 'Requires JSON of a size, and nested at most 100 deep.';

create function holdfast.members_of(p_json text) returns integer language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_rest text := regexp_replace(p_json, E'"([^"\\\\]|\\\\.)*"', '', 'g');
begin
    return length(v_rest) - length(replace(v_rest, ':', ''));
end $$;
comment on function holdfast.members_of is
    'The number of members of all objects in JSON: outside of strings, each has a colon.';

create function holdfast.is_storable(p_json text) returns boolean language plpgsql immutable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_pair constant text := E'\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}';
begin
    return position(E'\\u' in p_json) = 0
        or regexp_replace(replace(p_json, E'\\\\', ''), v_pair, '', 'g') !~ E'\\\\u(0000|[dD][89a-fA-F])';
end $$;
comment on function holdfast.is_storable is
    'Whether JSON has no U+0000 and no half of a surrogate pair, which jsonb does not know.';

create function holdfast.as_jsonb(p_what text, p_json text, p_bytes_max integer) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    perform holdfast.require_json(p_what, p_json, p_bytes_max);
    if not holdfast.is_storable(p_json) then
        raise exception '% has the character U+0000, or half of a surrogate pair, which the database cannot keep', p_what
            using errcode = 'WF001';
    end if;
    if holdfast.members_of(p_json) <> holdfast.members_of(p_json::jsonb::text) then -- it keeps the last of a name
        raise exception '% has two members of one name in one object', p_what using errcode = 'WF001';
    end if;
    return p_json::jsonb;
end $$;
comment on function holdfast.as_jsonb is
    'JSON that comes as text. What is no JSON is refused by the server, with SQLSTATE 22P02.';

create function holdfast.labels_of(p_labels jsonb) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_most constant integer := 20;
    v_number integer := 0;
    v_label record;
begin
    if p_labels is null or p_labels = '{}' then
        return null;
    end if;
    if jsonb_typeof(p_labels) <> 'object' then
        raise exception 'labels is a JSON %: expected an object such as {"tenant": "acme"}', jsonb_typeof(p_labels)
            using errcode = 'WF001';
    end if;
    for v_label in select l.key, l.value from jsonb_each(p_labels) l loop
        perform holdfast.require_label('a label name', v_label.key);
        if jsonb_typeof(v_label.value) <> 'string' then
            raise exception 'the value of label % is a JSON %: expected a string', v_label.key,
                jsonb_typeof(v_label.value) using errcode = 'WF001';
        end if;
        perform holdfast.require_label('the value of label ' || v_label.key, v_label.value #>> '{}');
        v_number := v_number + 1;
    end loop;
    if v_number > v_most then
        raise exception 'labels has % members: expected at most %', v_number, v_most using errcode = 'WF001';
    end if;
    return p_labels::text;
end $$;
comment on function holdfast.labels_of is 'Labels as they are kept, null without any.';

create function holdfast.version_of(p_definition text, p_version integer) returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_version integer;
begin
    if exists (select from holdfast.incarnation i where p_definition || '/' || p_version = any (i.definitions)) then
        return p_version;
    end if;
    if p_version is null then -- as a gateway chooses: the newest of living nodes, else of those that have ended lately
        select split_part(r.version, '/', 2)::integer into v_version
            from holdfast.incarnation i cross join unnest(i.definitions) as r(version)
            where starts_with(r.version, p_definition || '/')
            order by exists (select from holdfast.fence f where f.incarnation = i.id and f.connection = -1),
                split_part(r.version, '/', 2)::integer desc
            limit 1;
    end if;
    if v_version is null then
        raise exception 'no node runs %', p_definition || coalesce(' version ' || p_version, '')
            using errcode = 'WF003', hint = 'Nodes run ' || coalesce((select string_agg(distinct r.version, ', ')
                from holdfast.incarnation i cross join unnest(i.definitions) as r(version)), 'nothing') || '.';
    end if;
    return v_version;
end $$;
comment on function holdfast.version_of is 'The version in which a definition is submitted. Refuses what no node runs.';

create function holdfast.start_of(p_now timestamptz, p_delay interval, p_at timestamptz) returns timestamptz
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_most constant interval := '366 days';
    v_start timestamptz;
begin
    if p_delay is not null and p_at is not null then
        raise exception 'the submission has both delay and at: expected one of them' using errcode = 'WF001';
    end if;
    if p_delay < interval '0' then
        raise exception 'delay is %: expected 0 or more', p_delay using errcode = 'WF001';
    end if;
    -- Intervals compare by months of 30 days, so only the sum tells; a very long one has no sum.
    v_start := case when p_delay <= 2 * v_most then p_now + p_delay when p_delay is not null then 'infinity' else p_at end;
    if v_start > p_now + v_most then
        raise exception '% is %: expected a start within % days', case when p_at is null then 'delay' else 'at' end,
            coalesce(p_delay::text, p_at::text), extract(day from v_most) using errcode = 'WF001';
    end if;
    return case when v_start > p_now then v_start end;
end $$;
comment on function holdfast.start_of is 'When a submission starts; null is at once. At most a year ahead.';

create function holdfast.refuse_all() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if holdfast.is_restored() then
        raise exception 'this database is a restored copy that nobody has adopted: it accepts nothing'
            using errcode = 'WF011', hint = 'If the original is gone, run `./holdfast adopt --reason ...`.';
    end if;
    raise exception 'there is no table for what is accepted now: no node has run for weeks, or ever'
        using errcode = 'WF012', hint = 'Start a node.';
end $$;
comment on function holdfast.refuse_all is 'Refuses what no node would take.';

create function holdfast.place_for(p_name text, p_id text, p_at timestamptz, p_random uuid, p_xid xid8,
    out bucket integer, out era integer, out uid uuid)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_settings holdfast.settings;
    v_is_valid boolean;
begin
    if holdfast.is_generated(p_id) then
        select p.bucket, p.era, p.uid, p.is_valid into bucket, era, uid, v_is_valid from holdfast.place_of(p_id) p;
        if not v_is_valid then
            raise exception 'id "%" has the form of a generated one, but was never generated here', p_id
                using errcode = 'WF001', hint = 'Use an id that does not begin with h1.';
        end if;
        return;
    end if;
    select s.* into v_settings from holdfast.settings s;
    bucket := coalesce(holdfast.bucket_of(p_name, v_settings.buckets),
        ('x' || left(p_random::text, 8))::bit(32)::bigint % v_settings.buckets);
    era := greatest(0, floor(extract(epoch from p_at - v_settings.initialised_at) / v_settings.era_seconds)) + 1;
    -- As holdfast.has_era and holdfast.is_closed, whose calls would cost more than all the rest.
    if v_settings.buckets is null or not exists (select from pg_inherits i
            where i.inhrelid = to_regclass('holdfast.workflow_' || era) and not i.inhdetachpending)
            or exists (select from holdfast.closed c where c.era >= place_for.era) then
        perform holdfast.refuse_all();
    end if;
    uid := holdfast.new_uid(v_settings.id_seed, bucket, era, p_at, p_random);
end $$;
comment on function holdfast.place_for is
    'The place in a generated id, or one in the bucket of the key or id, or in any bucket. Its caller has a transaction id'
    ' by then, p_xid: see holdfast.is_closed.';

create function holdfast.refuse_other(p_there record, p_named text, p_id text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    case p_there.outcome
        when 'HELD' then
            raise exception '% belongs to a workflow that retention is moving', p_named
                using errcode = 'WF010', hint = 'Submit it again in a moment.';
        when 'ERASED' then
            raise exception '% belonged to a workflow that is gone, and nothing runs under it again', p_named
                using errcode = 'WF006', hint = 'Use another key or id for new work.';
        when 'CLOSED' then
            raise exception '% is of a time in which nothing is accepted any more', p_named using errcode = 'WF012';
        else
            raise exception '% already belongs to workflow % with another input', p_named, p_id
                using errcode = 'WF004', detail = p_id, hint = 'Use another key for other work, or send the same input.';
    end case;
end $$;
comment on function holdfast.refuse_other is 'Refuses a submission that was neither accepted nor joins the workflow there.';

create function holdfast.is_same(p_input jsonb, p_there bytea, p_digest bytea) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if p_digest is not null then
        return p_digest = holdfast.digest_of(p_input);
    end if;
    return holdfast.is_storable(convert_from(p_there, 'UTF8')) and p_input = convert_from(p_there, 'UTF8')::jsonb;
end $$;
comment on function holdfast.is_same is
    'Whether an input is equal to that of a workflow, by its digest, or by itself where it has none.';

create function holdfast.enqueue(p_definition text, p_input jsonb, p_key text, p_id text, p_queue text, p_queue_key text,
    p_delay interval, p_labels jsonb, p_version integer, p_priority integer, p_deadline timestamptz, p_at timestamptz)
returns text
language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_bytes_max constant integer := 1048576;
    v_now constant timestamptz := clock_timestamp();
    v_name constant text := coalesce(p_key, p_id);
    v_kind constant text := case when p_id is null then 'key' else 'id' end;
    v_json constant text := p_input::text;
    v_start timestamptz;
    v_labels text;
    v_version integer;
    v_place record;
    v_there record;
    v_id text;
begin
    if not holdfast.is_name(p_definition) then
        perform holdfast.refuse_name('definition', p_definition, 100, 'of a-z 0-9 . _ -');
    end if;
    if p_key is not null and p_id is not null then
        raise exception 'the submission has both key and id: expected one of them' using errcode = 'WF001';
    end if;
    if v_name is not null and not holdfast.is_key(v_name) then
        perform holdfast.refuse_name(v_kind, v_name, 200, 'of A-Z a-z 0-9 . _ : @ -');
    end if;
    if p_queue is not null or p_queue_key is not null or p_priority <> 0 then
        raise exception 'queues and priorities are not built' using errcode = '0A000';
    end if;
    perform holdfast.require_json('input', v_json, v_bytes_max);
    v_labels := holdfast.labels_of(p_labels);
    v_start := holdfast.start_of(v_now, p_delay, p_at);
    if p_deadline not between timestamptz '1970-01-01 00:00:00Z' and timestamptz '2170-01-01 00:00:00Z' then
        raise exception 'deadline is %: expected a time from 1970 to 2169', p_deadline using errcode = 'WF001';
    end if;
    if holdfast.is_restored() then
        perform holdfast.refuse_all();
    end if;
    v_version := holdfast.version_of(p_definition, p_version);
    if current_setting('synchronous_commit') <> 'on' then
        perform holdfast.raise_durability();
    end if;
    v_place := holdfast.place_for(v_name, p_id, v_now, gen_random_uuid(), pg_current_xact_id());
    v_id := coalesce(p_id, holdfast.id_of(v_place.bucket, v_place.era, v_place.uid));
    if v_name is null then
        insert into holdfast.workflow (bucket, era, version, uid, definition, labels, actor, deadline, input)
            values (v_place.bucket, v_place.era, v_version, v_place.uid, p_definition, v_labels::jsonb, session_user,
                p_deadline, convert_to(v_json, 'UTF8'));
        insert into holdfast.open_workflow (due, starts_at, waits, bucket, era, uid, status)
            values (coalesce(v_start, v_now), v_start, case when v_start is not null then array['timer:'] end, v_place.bucket, v_place.era, v_place.uid, 'QUEUED');
        return v_id;
    end if;
    -- Without a digest, which costs as much as a row: whoever repeats the submission compares the input itself.
    v_there := holdfast.admit_one(v_name, case when p_id is null then p_definition else '*' end, v_place.bucket,
        v_place.era, v_place.uid, null, p_id, p_definition, v_version, v_labels, convert_to(v_json, 'UTF8'), false,
        null, null, session_user, null, null, p_deadline::text, null, v_start, 0);
    if v_there.outcome = 'ACCEPTED' then
        return v_id;
    end if;
    v_id := coalesce(p_id, holdfast.id_of(v_place.bucket, v_there.era, v_there.uid));
    if v_there.outcome = 'THERE' and v_there.definition <> p_definition then
        raise exception 'id "%" already belongs to a workflow of definition %', p_id, v_there.definition
            using errcode = 'WF005', detail = p_id, hint = 'Use another id for other work.';
    end if;
    if v_there.outcome <> 'THERE' or not holdfast.is_same(p_input, v_there.input, v_there.digest) then
        perform holdfast.refuse_other(v_there, v_kind || ' "' || v_name || '"', v_id);
    end if;
    return v_id;
end $$;
comment on function holdfast.enqueue is 'What holdfast.submit does, with the rights of its caller.';

create function holdfast.signal_id_of(p_uid uuid, p_name text, p_key text) returns uuid language sql immutable
    return (select (substr(m.hash, 1, 12) || '3' || substr(m.hash, 14, 3)
            || to_hex((('x' || substr(m.hash, 17, 1))::bit(4) & B'0011' | B'1000')::integer) || substr(m.hash, 18))::uuid
        from (select md5(p_uid || E'\n' || p_name || E'\n' || p_key) as hash) m);
comment on function holdfast.signal_id_of is
    'The id of a signal under a key, as dev.holdfast.spi.SignalMessage makes it; tested with the same vectors.';

create function holdfast.enqueue_signal(p_workflow text, p_name text, p_payload jsonb, p_key text) returns void
language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    v_bytes_max constant integer := 262144;
    v_bucket integer;
    v_era integer;
    v_uid uuid;
    v_refused text := 'GONE';
begin
    if not holdfast.is_key(p_workflow) then
        perform holdfast.refuse_name('workflow', p_workflow, 200, 'of A-Z a-z 0-9 . _ : @ -');
    end if;
    if not holdfast.is_name(p_name) then
        perform holdfast.refuse_name('name', p_name, 100, 'of a-z 0-9 . _ -');
    end if;
    if p_key is not null and not holdfast.is_key(p_key) then
        perform holdfast.refuse_name('signal_id', p_key, 200, 'of A-Z a-z 0-9 . _ : @ -');
    end if;
    perform holdfast.require_json('payload', p_payload::text, v_bytes_max);
    if p_payload = 'null' then
        raise exception 'payload is null: expected a value' using errcode = 'WF001';
    end if;
    if holdfast.is_restored() then
        perform holdfast.refuse_all();
    end if;
    perform holdfast.raise_durability();
    if holdfast.is_generated(p_workflow) then
        select p.bucket, p.era, p.uid into v_bucket, v_era, v_uid from holdfast.place_of(p_workflow) p where p.is_valid;
    else
        select s.bucket, s.era, s.uid into v_bucket, v_era, v_uid from holdfast.submission s
            where s.name = p_workflow and s.scope = '*' and s.bucket = holdfast.bucket_of(p_workflow,
                (select i.buckets from holdfast.settings i));
    end if;
    if v_uid is not null then
        v_refused := holdfast.send_signal(holdfast.signal_id_of(v_uid, p_name, coalesce(p_key, gen_random_uuid()::text)),
            v_bucket, v_era, v_uid, p_name, convert_to(p_payload::text, 'UTF8'), holdfast.is_full(v_bucket, v_uid));
    end if;
    if v_refused = 'GONE' then
        raise exception 'there is no workflow %', p_workflow using errcode = 'WF007';
    elsif v_refused = 'FULL' then
        raise exception 'workflow % has 10,000 signals that its code has not taken', p_workflow
            using errcode = 'WF009', hint = 'Send it again later.';
    elsif v_refused is not null then
        raise exception 'workflow % has ended as %', p_workflow, v_refused using errcode = 'WF008', detail = v_refused;
    end if;
    perform holdfast.await_seen();
end $$;
comment on function holdfast.enqueue_signal is 'What holdfast.signal does, with the rights of its caller.';

create function holdfast.submit(definition text, input jsonb, key text default null, id text default null,
    queue text default null, queue_key text default null, delay interval default null, labels jsonb default null,
    version integer default null, priority integer default 0, deadline timestamptz default null,
    at timestamptz default null) returns text
language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' set jit = off as $$
begin
    return holdfast.enqueue(definition, input, key, id, queue, queue_key, delay, labels, version, priority, deadline,
        at);
end $$;

create function holdfast.submit(definition text, input text, key text default null, id text default null,
    queue text default null, queue_key text default null, delay interval default null, labels jsonb default null,
    version integer default null, priority integer default 0, deadline timestamptz default null,
    at timestamptz default null) returns text
language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' set jit = off as $$
begin
    return holdfast.enqueue(definition, holdfast.as_jsonb('input', input, 1048576), key, id, queue, queue_key, delay, labels, version, priority, deadline,
        at);
end $$;
comment on function holdfast.submit(text, jsonb, text, text, text, text, interval, jsonb, integer, integer, timestamptz,
    timestamptz) is
    'Submits a workflow in the transaction of the caller; returns its id. docs/submitting.md';
comment on function holdfast.submit(text, text, text, text, text, text, interval, jsonb, integer, integer, timestamptz,
    timestamptz) is
    'As the other one, for drivers that send text: it also refuses two members of one name.';

create function holdfast.signal(workflow text, name text, payload jsonb, signal_id text default null) returns void
language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' set jit = off as $$
begin
    perform holdfast.enqueue_signal(workflow, name, payload, signal_id);
end $$;

create function holdfast.signal(workflow text, name text, payload text, signal_id text default null) returns void
language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' set jit = off as $$
begin
    perform holdfast.enqueue_signal(workflow, name, holdfast.as_jsonb('payload', payload, 262144), signal_id);
end $$;
comment on function holdfast.signal(text, text, jsonb, text) is
    'Sends a signal in the transaction of the caller; once for each signal_id. docs/submitting.md';
comment on function holdfast.signal(text, text, text, text) is
    'As the other one, for drivers that send text: it also refuses two members of one name.';

revoke execute on function
    holdfast.submit(text, jsonb, text, text, text, text, interval, jsonb, integer, integer, timestamptz, timestamptz),
    holdfast.submit(text, text, text, text, text, text, interval, jsonb, integer, integer, timestamptz, timestamptz),
    holdfast.signal(text, text, jsonb, text),
    holdfast.signal(text, text, text, text) from public;

-- The tables of Holdfast. Rules, checked by SchemaRulesTest: every unique constraint of a workflow table contains the
-- bucket; no triggers, no foreign keys, no session state; all names qualified; all times timestamptz.
-- Control tables (few rows, none per workflow): settings, event_kind, node, incarnation, heartbeat, fence, bucket,
-- retention, closed, cleared, forgotten, audit, api_key.
-- Columns that no statement of this version writes are room for signals, children, queues, forks and later runs.

create function holdfast.system_identifier() returns bigint language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
begin
    if has_function_privilege('pg_catalog.pg_control_system()', 'execute') then
        return (select s.system_identifier from pg_catalog.pg_control_system() s);
    end if;
    return null;
end $$;
comment on function holdfast.system_identifier is
    'Of the server, its standbys and its physical copies; null where this role may not read it.';

create function holdfast.database_oid() returns oid language sql stable
    return (select d.oid from pg_catalog.pg_database d where d.datname = current_database());
comment on function holdfast.database_oid is 'Of this database: another one of the same server has another.';

create table holdfast.settings (
    single boolean primary key default true check (single),
    buckets integer not null check (buckets between 1 and 65536),
    id_seed bigint not null,
    era_seconds bigint not null check (era_seconds > 0),
    initialised_at timestamptz not null default now(),
    identity uuid not null default gen_random_uuid(),
    system_identifier bigint default holdfast.system_identifier(),
    database_oid oid not null default holdfast.database_oid(),
    restored boolean not null default false,
    callback_secret bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);
comment on table holdfast.settings is
    'The settings fixed when the installation is initialised, and where that was. One row. Only an adoption changes it.';
comment on column holdfast.settings.identity is 'made again by an adoption: tells an adopted copy from its original';
comment on column holdfast.settings.system_identifier is 'null where the first node might not read it';
comment on column holdfast.settings.restored is 'an operator says so: a physical copy has the same identifiers';

create function holdfast.is_restored() returns boolean language plpgsql stable
    set search_path = pg_catalog, pg_temp as $$
declare
    v_settings holdfast.settings;
begin
    select s.* into v_settings from holdfast.settings s;
    return coalesce(v_settings.restored
        or v_settings.database_oid <> (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
        or coalesce(v_settings.system_identifier <> holdfast.system_identifier(), false), false);
end $$;
comment on function holdfast.is_restored is
    'Whether this database is a copy that is not adopted: no process becomes a node in it, goes on as one, or gets a'
    ' connection that may write.';

create table holdfast.event_kind (
    code smallint primary key check (code > 0),
    name text not null unique,
    status text check (status in
        ('QUEUED', 'RUNNING', 'WAITING', 'COMPENSATING', 'PAUSED', 'DEAD_LETTERED', 'COMPLETED', 'FAILED', 'CANCELLED')),
    ends boolean not null generated always as (coalesce(status in ('COMPLETED', 'FAILED', 'CANCELLED'), false)) stored,
    received boolean not null default false,
    decision boolean not null default false,
    detail text check (detail in ('value', 'failure'))
);
comment on table holdfast.event_kind is
    'The kinds of events in holdfast.log. status: the status that a workflow has after it, null where it stays as it is.'
    ' received: it only records that something arrived. decision: it is a call of the code other than a step. detail: what the column detail of the record holds.';
insert into holdfast.event_kind (code, name, received, detail) values (3, 'signal', true, 'value');
insert into holdfast.event_kind (code, name, decision) values
    (2, 'timer', true), (4, 'signal-taken', true), (5, 'signal-timed-out', true), (6, 'child', true),
    (7, 'join-decided', true), (8, 'now', true), (9, 'marker', true), (12, 'started', true), (13, 'callback', true),
    (14, 'branch-stopped', true);
insert into holdfast.event_kind (code, name, decision, detail) values (10, 'published', true, 'value');
insert into holdfast.event_kind (code, name, status, detail) values
    (1, 'intent', null, null),
    (20, 'parked', 'DEAD_LETTERED', null),
    (21, 'retried', 'QUEUED', null),
    (22, 'cancel', 'COMPENSATING', null),
    (23, 'paused', 'PAUSED', null),
    (24, 'resumed', 'QUEUED', null),
    (25, 'deadline', null, null),
    (30, 'completed', 'COMPLETED', 'value'),
    (31, 'failed', 'FAILED', 'failure'),
    (32, 'cancelled', 'CANCELLED', 'value');

create table holdfast.node (
    name text primary key,
    number integer not null generated always as identity unique
);
comment on table holdfast.node is 'One row for each node name ever used. Never updated.';

create table holdfast.incarnation (
    number integer not null,
    ordinal integer not null check (ordinal > 0),
    id uuid not null unique,
    version text not null,
    joined_at timestamptz not null default clock_timestamp(),
    definitions text[] not null default '{}',
    primary key (number, ordinal)
);
comment on table holdfast.incarnation is
    'The processes that were a node, by its number; the one with the highest ordinal has the name. Never updated, so'
    ' nobody''s row lock can stop a start.';
comment on column holdfast.incarnation.definitions is
    'The versions that it runs, as name/version; none for a gateway, which owns no bucket.';

create table holdfast.heartbeat (
    incarnation uuid not null,
    counter bigint not null,
    at timestamptz not null default clock_timestamp(),
    loaded integer not null default 0,
    draining boolean not null default false,
    primary key (incarnation, counter)
);
comment on table holdfast.heartbeat is
    'Appended by each living node once per interval. The counter says that it lives; one that is draining has no share of'
    ' the buckets any more. The time, and how many workflows it has loaded, are for people.';

create table holdfast.fence (
    incarnation uuid not null,
    connection integer not null,
    generation integer not null,
    pid integer,
    backend_start timestamptz,
    at timestamptz not null default clock_timestamp(),
    primary key (incarnation, connection, generation)
);
comment on table holdfast.fence is
    'Who may write. A batch names its incarnation, connection and generation, and is refused unless that row is here and'
    ' no row stands above it: a higher generation of the same connection, or connection -1, which fences the whole'
    ' incarnation. Rows are only ever added while the incarnation lives, so nobody''s row lock can stop a writer.';

create table holdfast.bucket (
    bucket integer not null,
    epoch bigint not null,
    incarnation uuid,
    at timestamptz not null default clock_timestamp(),
    primary key (bucket, epoch)
);
comment on table holdfast.bucket is
    'Who owns which slice of all workflows: the incarnation in the row with the highest epoch, nobody where that is null.'
    ' Changing hands is adding the next epoch, so that of two who try one succeeds, and nobody''s row lock stops them.';

create function holdfast.owner(p_bucket integer) returns uuid
language sql stable
    return (select b.incarnation from holdfast.bucket b where b.bucket = p_bucket order by b.epoch desc limit 1);
comment on function holdfast.owner is 'The incarnation that owns a bucket; null where nobody does.';

create table holdfast.workflow (
    bucket integer not null,
    era integer not null,
    version integer not null check (version > 0),
    uid uuid not null,
    definition text not null,
    id text,
    key text,
    labels jsonb check (jsonb_typeof(labels) = 'object'),
    traceparent text,
    tracestate text,
    actor text,
    role text,
    request_id text,
    parent_bucket integer,
    parent_era integer,
    parent_position integer,
    parent_uid uuid,
    parent_branch text,
    started_by uuid,
    forked_from uuid,
    deadline timestamptz,
    queue text,
    queue_key text,
    priority integer check (priority between 0 and 9),
    input bytea not null,
    primary key (bucket, uid, era)
) partition by list (era);
comment on table holdfast.workflow is
    'Accepted workflows; the time is holdfast.accepted_at(uid). Never updated, except to scrub the input. id, and the key'
    ' of the submission, are set only where the caller chose them. The trace of the submission has the form of W3C Trace'
    ' Context. actor, role and request_id: the submitter and the request, where known. parent_uid: the workflow that'
    ' waits for this child; started_by: the one that started it and does not wait; the other columns of the parent: the'
    ' place of that workflow, and its call. forked_from: the workflow that it is a fork of.';
create index workflow_parent on holdfast.workflow (parent_uid, uid, era) where parent_uid is not null;

create function holdfast.accepted_at(p_uid uuid) returns timestamptz language sql immutable
    return timestamptz 'epoch' + (('x' || substr(p_uid::text, 1, 8) || substr(p_uid::text, 10, 4))::bit(48)::bigint * 1000
        + ((('x' || substr(p_uid::text, 16, 3))::bit(12)::integer * 1000) >> 12)) * interval '1 microsecond';
comment on function holdfast.accepted_at is 'The time in a uid, a UUID of version 7 with microseconds.';

create table holdfast.open_workflow (
    due timestamptz,
    starts_at timestamptz,
    bucket integer not null,
    era integer not null,
    loads integer not null default 0 check (loads >= 0),
    loaded_seq integer not null default 0 check (loaded_seq >= 0),
    uid uuid not null,
    status text not null
        check (status in ('QUEUED', 'RUNNING', 'WAITING', 'COMPENSATING', 'PAUSED', 'DEAD_LETTERED')),
    waits text[],
    run_seq integer,
    untaken integer,
    primary key (uid, bucket),
    check (status not in ('RUNNING', 'DEAD_LETTERED') or due is null),
    check (status not in ('QUEUED', 'PAUSED') or due is not null)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0);
create index open_workflow_stopped on holdfast.open_workflow (status, uid)
    where status in ('PAUSED', 'DEAD_LETTERED');
create index open_workflow_due on holdfast.open_workflow (bucket, due) where due is not null and status <> 'PAUSED';
create index open_workflow_version on holdfast.open_workflow ((waits[1]), bucket)
    where starts_with(waits[1], 'version:') and due is not null;
create index open_workflow_waits on holdfast.open_workflow ((waits[1]), uid) where waits is not null;
create index open_workflow_waits_kind on holdfast.open_workflow ((split_part(waits[1], ':', 1)), uid)
    where waits is not null;
-- Those of branches. A wait for one child has two entries, of which the second says no more.
create index open_workflow_waits_many on holdfast.open_workflow (uid)
    where waits[2] is not null and (waits[2] <> 'child:' or waits[3] is not null or waits[1] = 'signal:');
comment on table holdfast.open_workflow is
    'Workflows that have not ended. Thin, and a hint only: the log decides. A row whose log has ended is debris and is'
    ' deleted. A workflow that runs or compensates has a due time only while it is not loaded.';
comment on column holdfast.open_workflow.starts_at is 'of a delayed submission: nothing runs before, also after a pause';
comment on column holdfast.open_workflow.waits is
    'while it is unloaded: what its branches wait for, as kind:name, the one that users see first; at most 100';
comment on column holdfast.open_workflow.run_seq is 'the record at which the current run begins; null is the first';
comment on column holdfast.open_workflow.untaken is 'signals that its code has not taken; null is none';

create table holdfast.log (
    record_id bigint not null,
    at timestamptz not null,
    bucket integer not null,
    era integer not null,
    seq integer not null check (seq > 0),
    node integer not null,
    outcome_position integer not null,
    outcome_attempt integer not null,
    event_position integer not null,
    event_attempt integer not null,
    format smallint not null,
    outcome_state smallint not null,
    event smallint not null,
    uid uuid not null,
    idempotency_key uuid,
    name text,
    outcome bytea,
    detail bytea,
    outcome_branch text,
    event_branch text,
    retry_millis bigint,
    compensates_position integer,
    run integer check (run > 1),
    sent_at timestamptz,
    primary key (bucket, uid, seq, era)
) partition by list (era);
create index log_compensation on holdfast.log (bucket, uid, compensates_position)
    where compensates_position is not null;
create index log_signal on holdfast.log (bucket, uid, idempotency_key) where event in (3, 4);
-- Without the bucket, so that no plan takes the primary key in their place, and reads the history.
create index log_child on holdfast.log (uid) where event = 6;
create index log_published on holdfast.log (uid, seq) where event = 10;
create index log_published_name on holdfast.log (uid, name, seq desc) where event = 10;
comment on table holdfast.log is
    'The history of every workflow, only ever appended to, dense in seq. A record has an outcome, an event, or both.';
comment on column holdfast.log.outcome_state is '0 none, 1 succeeded, 2 rejected, 3 failed, 4 timed out, 5 not begun, 6 in doubt';
comment on column holdfast.log.event is '0 none, else a code of holdfast.event_kind';
comment on column holdfast.log.retry_millis is 'of a failed attempt: the wait before the next one, counted from at';
comment on column holdfast.log.compensates_position is 'of the intent of a compensation: the position of the step that it undoes';
comment on column holdfast.log.idempotency_key is
    'of an intent; of a signal and of its taking the id of the signal; of a child its uid, which is the id of its end';
comment on column holdfast.log.detail is
    'of an end its result or failure; of a signal its payload; of what was published the value; of a timer the time or the'
    ' duration, and of now the time, in ISO 8601; of the stop of a branch why; of a child bucket/era/id; of a deadline the deadline; of a callback its URL; of an intent the'
    ' number of the step, where other calls came before';
comment on column holdfast.log.sent_at is 'of a signal: when it was sent';
comment on column holdfast.log.run is 'of the workflow; null in the first';

create table holdfast.ended (
    at timestamptz not null,
    bucket integer not null,
    era integer not null,
    uid uuid not null,
    status text not null check (status in ('FAILED', 'CANCELLED')),
    primary key (bucket, uid, era)
) partition by list (era);
comment on table holdfast.ended is
    'Workflows that ended other than well. COMPLETED is a workflow row that is neither here nor in open.';

create table holdfast.home (
    bucket integer not null,
    era integer not null,
    accepted_era integer not null,
    uid uuid not null,
    primary key (bucket, uid, era)
);
create index home_accepted on holdfast.home (accepted_era, uid);
create index home_era on holdfast.home (era);
comment on table holdfast.home is
    'Workflows that outlived the era that they were accepted in, and the later eras that their rows were copied to: they'
    ' lie in the highest one. Everywhere else a workflow goes by the era that it was accepted in.';

create function holdfast.home_of(p_bucket integer, p_era integer, p_uid uuid) returns integer language sql stable
    return coalesce((select max(h.era) from holdfast.home h where h.bucket = p_bucket and h.uid = p_uid), p_era);
comment on function holdfast.home_of is 'The era in which the rows of a workflow lie.';

create table holdfast.submission (
    record_id bigint not null,
    at timestamptz not null,
    erased_at timestamptz,
    bucket integer not null,
    era integer not null,
    uid uuid not null,
    name text not null,
    scope text not null,
    digest bytea,
    primary key (name, scope, bucket)
);
create index submission_era on holdfast.submission (era) where erased_at is null;
comment on table holdfast.submission is
    'Keys and ids that callers chose. scope is * for an id, the definition for a key. Uniqueness lives here. The key and'
    ' the id of a workflow that was erased stay, also after its era, so that nothing runs under them again; as many as'
    ' the audit has erasures.';

create table holdfast.dead_letter (
    at timestamptz not null,
    bucket integer not null,
    era integer not null,
    seq integer not null,
    position integer not null,
    step_number integer not null default -1,
    attempts integer not null,
    node integer not null,
    uid uuid not null,
    idempotency_key uuid,
    first_at timestamptz,
    cause text not null,
    branch text,
    step text,
    error_class text not null,
    error_message text not null,
    fingerprint text,
    stack text not null,
    primary key (bucket, uid, seq)
);
create index dead_letter_era on holdfast.dead_letter (era);
comment on table holdfast.dead_letter is
    'Why a workflow could not go on by itself. Never updated, except to scrub it; seq is that of the parking record. The'
    ' letter is open while that is the last event of the workflow. first_at: when the first attempt failed.';

create table holdfast.dead_letter_state (
    at timestamptz not null,
    bucket integer not null,
    era integer not null,
    seq integer not null,
    uid uuid not null,
    state text not null,
    primary key (bucket, uid, seq)
);
create index dead_letter_state_era on holdfast.dead_letter_state (era);
comment on table holdfast.dead_letter_state is
    'What operators have noted about a dead letter. Beside holdfast.dead_letter, whose rows never change.';

create table holdfast.inbox (
    id uuid not null,
    uid uuid not null,
    at timestamptz not null default clock_timestamp(),
    bucket integer not null,
    era integer not null,
    letter_seq integer,
    kind text not null check (kind in ('CANCEL', 'TERMINATE', 'PAUSE', 'RESUME', 'RETRY', 'RUN_AGAIN', 'DISCARD', 'ERASE', 'SCRUB', 'SIGNAL')),
    name text,
    target text,
    actor text,
    reason text,
    payload bytea,
    primary key (bucket, uid, id),
    check (case kind when 'SIGNAL' then name is not null and payload is not null
        else target is not null and actor is not null end)
);
create index inbox_at on holdfast.inbox (at, id);
comment on table holdfast.inbox is
    'Messages to workflows. Appended by any node or client, applied by the owner. A row whose decision is in the audit,'
    ' or whose signal is in the log, is debris. letter_seq: the dead letter that the action is for.';

create table holdfast.audit (
    id uuid not null,
    decided boolean not null,
    at timestamptz not null default clock_timestamp(),
    action text not null,
    target text not null,
    actor text not null,
    reason text not null,
    outcome text check (outcome in ('APPLIED', 'REFUSED')),
    status text,
    role text,
    route text,
    arguments jsonb check (jsonb_typeof(arguments) = 'object'),
    request_id text,
    trace_id text,
    primary key (id, decided),
    check (decided = (outcome is not null))
);
create index audit_at on holdfast.audit (at, id, decided);
create index audit_target on holdfast.audit (target, at);
comment on table holdfast.audit is
    'Who asked for what and why, and, in a second row with the same id, what was decided. Only ever added to. By which'
    ' request it was asked, and with which arguments, stands in the first row only; there is no first row of a request'
    ' that was not let in. Arguments have no secret and no payload.';

create table holdfast.api_key (
    id uuid primary key,
    prefix text not null unique check (prefix ~ '^[0-9a-v]{8}$'),
    hash bytea not null check (length(hash) = 32),
    name text not null check (length(name) between 1 and 100),
    role text not null check (role in ('VIEWER', 'SUBMITTER', 'OPERATOR', 'ADMIN')),
    scopes text[] not null,
    created_at timestamptz not null default clock_timestamp(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    check (role <> 'ADMIN' or scopes = '{}')
);
comment on table holdfast.api_key is
    'Who may ask over HTTP. Of a key only the SHA-256 is kept, which is enough for one that was made of 256 random bits. A'
    ' scope is the beginning of names of definitions; without scopes a key is for all of them. Rows are never removed.';

create table holdfast.retention (
    definition text not null,
    status text not null check (status in ('*', 'COMPLETED', 'FAILED', 'CANCELLED')),
    keep interval constraint keep_at_least check (keep >= interval '24 hours'),
    primary key (definition, status)
);
comment on table holdfast.retention is
    'How long ended workflows are kept, from their end; * is every definition or status, null is for ever. Where several'
    ' rows fit, the definition decides before the status. Without a row that fits, a workflow is kept for ever.';

create table holdfast.closed (
    era integer primary key
);
comment on table holdfast.closed is
    'Up to the highest of these eras nothing new is accepted, because it is about to go or gone. Never updated.';

create table holdfast.cleared (
    since xid8 not null,
    rules bigint not null,
    bucket integer not null,
    era integer not null,
    primary key (era, bucket, rules)
);
comment on table holdfast.cleared is
    'The buckets of an era that is about to go in which nothing lies any more that is to be kept by the rules of retention,'
    ' as they were: holdfast.rules().';
comment on column holdfast.cleared.since is
    'what all transactions before this one have written was looked at';

create table holdfast.forgotten (
    bucket integer not null,
    uid uuid not null,
    primary key (bucket, uid)
);
comment on table holdfast.forgotten is
    'The newest workflow of a bucket that a rule has deleted ahead of its era. Of one that is as old and not there nobody'
    ' knows whether it was deleted or never accepted. Never updated.';

create function holdfast.add_era(p_era integer) returns boolean language plpgsql set search_path = pg_catalog as $$
declare
    v_table text;
begin
    if to_regclass('holdfast.log_' || p_era) is not null then
        return false;
    end if;
    -- Attaching takes a lock that neither readers nor writers wait for; creating as a partition takes one that they do.
    foreach v_table in array array['workflow', 'log', 'ended'] loop
        execute format('create table holdfast.%1$s_%2$s (like holdfast.%1$s including all)', v_table, p_era);
        execute format('alter table holdfast.%1$s attach partition holdfast.%1$s_%2$s for values in (%2$s)',
            v_table, p_era);
    end loop;
    return true;
end $$;
comment on function holdfast.add_era is 'Makes room for the workflows accepted in a period; false when it is there.';

create function holdfast.has_era(p_era integer) returns boolean language sql stable
    return exists (select from pg_catalog.pg_inherits i
        where i.inhrelid = to_regclass('holdfast.workflow_' || p_era) and not i.inhdetachpending);
comment on function holdfast.has_era is 'Whether there is room for workflows accepted in a period.';

create function holdfast.is_out_of_sight(p_era integer) returns boolean language sql stable
    return to_regclass('holdfast.workflow_' || p_era) is not null and not holdfast.has_era(p_era);
comment on function holdfast.is_out_of_sight is
    'Whether the workflows of a period are detached: they get a last look, and go or come back.';

create function holdfast.is_closed(p_era integer) returns boolean language sql stable
    return exists (select from holdfast.closed c where c.era >= p_era);
comment on function holdfast.is_closed is
    'Whether nothing new is accepted in a period any more. Whoever asks has a transaction id before: whoever closes an era'
    ' clears it only after the transactions that had one by then have ended.';

create function holdfast.last_event(p_bucket integer, p_era integer, p_uid uuid)
returns setof holdfast.log language sql stable rows 1
begin atomic
    select l.* from holdfast.log l
    where l.bucket = p_bucket and l.uid = p_uid and l.era = p_era and l.event <> 0
        and not exists (select from holdfast.event_kind k where k.code = l.event and k.received)
    order by l.seq desc limit 1;
end;
comment on function holdfast.last_event is
    'The last event of a workflow that was not only received, in the era in which its rows lie. It says whether the'
    ' workflow has ended, and whether its dead letter is open.';

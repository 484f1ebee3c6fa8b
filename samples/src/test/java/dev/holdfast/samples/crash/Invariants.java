package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The invariants of log and ledger after any fault: queries for violations, over all workflows of a database. The
 * numbers are those of the failure cases. The idempotency key alone matches a ledger row with its intent.
 */
final class Invariants {
    /** Invariants at any moment, even while nodes run. */
    private static final Map<String, String> ALWAYS = new TreeMap<>(Map.of(
            "I1 at most one record says how it ended, and it is the last one; what follows a parking is a decision",
                    """
            select uid::text from holdfast.log group by uid
            having count(*) filter (where event >= 30) > 1
                or max(seq) filter (where event >= 30) < max(seq) filter (where event <> 3)
            union all
            select p.uid::text from holdfast.log p join holdfast.log n on n.uid = p.uid and n.seq = p.seq + 1
            where p.event = 20 and n.event < 21 and n.event <> 3""",
            "I2 a position has one final outcome, and no attempt of it begins afterwards", """
            select o.uid::text || ' position ' || o.outcome_position from holdfast.log o join holdfast.log l
                on l.uid = o.uid and (l.seq > o.seq and l.outcome_state > 0 and l.outcome_position = o.outcome_position
                    or l.seq >= o.seq and l.event = 1 and l.event_position = o.outcome_position)
            where o.outcome_state in (1, 2)""",
            "I2 a body with a recorded outcome does not run again", """
            select p.workflow_id || ' position ' || p.position from probe.ledger p
            join holdfast.log i on i.event = 1 and i.idempotency_key::text = p.idempotency_key
            join holdfast.log o on o.uid = i.uid and o.outcome_position = i.event_position and o.outcome_state in (1, 2)
            where p.at > o.at or p.attempt > o.outcome_attempt""",
            "I2 a body runs at most once for each attempt", """
            select workflow_id || ' position ' || position from probe.ledger
            group by workflow_id, position, attempt having count(*) > 1""",
            "I7 every run of a body was preceded by its intent, with the same key and attempt", """
            select p.workflow_id || ' position ' || p.position || ' attempt ' || p.attempt from probe.ledger p
            where not exists (select from holdfast.log i where i.event = 1
                and i.idempotency_key::text = p.idempotency_key
                and coalesce(convert_from(i.detail, 'UTF8')::integer, i.event_position) = p.position
                and i.event_attempt = p.attempt and i.name = p.step and i.at <= p.at)""",
            "a position has one idempotency key, and no other position has it", """
            select idempotency_key::text from holdfast.log where event = 1
            group by idempotency_key having count(distinct (uid, event_position)) > 1
            union all
            select uid || ' position ' || event_position from holdfast.log where event = 1
            group by uid, event_position having count(distinct idempotency_key) > 1""",
            "attempts are numbered from 1 without a gap, in the order of the log", """
            select uid::text || ' position ' || event_position from (
                select uid, event_position, event_attempt,
                    row_number() over (partition by uid, event_position order by seq) as number
                from holdfast.log where event = 1) i
            where event_attempt <> number""",
            "seq is dense from 1, and no record is there twice", """
            select uid::text from holdfast.log group by uid
            having min(seq) <> 1 or max(seq) <> count(*) or count(distinct record_id) <> count(*)""",
            "every record, key and open row has its workflow", """
            select r.uid::text from (select uid, bucket, era from holdfast.log
                union select uid, bucket, era from holdfast.open_workflow
                union select uid, bucket, era from holdfast.submission) r
            where not exists (select from holdfast.workflow w
                where w.uid = r.uid and w.bucket = r.bucket and w.era = r.era)"""));

    /** Invariants of waits, at any moment. */
    private static final Map<String, String> OF_WAITS = new TreeMap<>(Map.of(
            "a signal is in the log before it is taken, and is taken once", """
            select t.uid::text || ' signal ' || t.idempotency_key from holdfast.log t where t.event = 4
            group by t.uid, t.idempotency_key having count(*) > 1 or not exists (select from holdfast.log r
                where r.event = 3 and r.uid = t.uid and r.idempotency_key = t.idempotency_key
                    and r.seq < min(t.seq))""",
            "a wait that is over is not decided again", """
            select uid::text || ' call ' || event_position from holdfast.log where event in (4, 5)
            group by uid, event_position having count(*) > 1"""));

    /** Invariants when no workflow makes progress any more. */
    private static final Map<String, String> AT_REST = new TreeMap<>(Map.of(
            "I1 every accepted workflow has ended, or is parked", """
            select w.uid::text from holdfast.workflow w
            where not exists (select from holdfast.log l where l.uid = w.uid and (l.event >= 30 or l.event = 20
                and not exists (select from holdfast.log n where n.uid = l.uid and n.seq > l.seq and n.event <> 3)))""",
            "what has ended is not open, what is parked has a dead letter", """
            select o.uid::text from holdfast.open_workflow o where o.status <> 'DEAD_LETTERED'
                or not exists (select from holdfast.dead_letter d where d.uid = o.uid)""",
            "what has failed, and nothing else, is listed as failed", """
            select coalesce(l.uid, e.uid)::text from holdfast.ended e
            full join (select uid from holdfast.log where event in (31, 32)) l on l.uid = e.uid
            where l.uid is null or e.uid is null"""));

    private final Database database;

    Invariants(Database database) {
        this.database = database;
    }

    /** Fails with any violation; nodes may be running. */
    void requireAlways() {
        require(ALWAYS);
        require(OF_WAITS);
    }

    /** Waits until all workflows have ended or are parked; then asserts all invariants. */
    void requireAtRest() {
        Eventually.until(
                "nothing is open",
                () -> database.rows("select uid from holdfast.open_workflow where status <> 'DEAD_LETTERED'")
                        .isEmpty());
        require(ALWAYS);
        require(OF_WAITS);
        require(AT_REST);
    }

    private void require(Map<String, String> rules) {
        rules.forEach((rule, query) -> {
            List<String> broken = database.rows(query);
            assertThat(broken).as(rule).isEmpty();
        });
    }
}

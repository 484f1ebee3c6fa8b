package dev.holdfast.postgres.retention;

import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.SettingsSql;
import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A database whose first era was over long ago, and the parts of retention that let it go, called by the test. */
final class OldEraFixture extends TestResource {
    static final int ERA = 1;
    static final int LATER = 5;
    static final int BUCKETS = 4;
    static final String ADMIT = """
            select outcome from holdfast.admit(gen_random_uuid(), 0, 1, false, array['%s'], array['%s'], array[%d],
                array[%d], array['%s'::uuid], array[''::bytea], array['%s'], array['kept'], array[1],
                array[null::text], array['1'::bytea], array[false], array[null::text], array[null::text],
                array[null::text], array[null::text], array[null::text], null::text[], null::text[], null::text[],
                array[1::bigint])""";
    static final String ACCEPT = """
            with open as (insert into holdfast.open_workflow (due, bucket, era, uid, status)
                values (now(), %1$d, %2$d, '%3$s', 'QUEUED'))
            insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                values (%1$d, %2$d, 1, '%3$s', '%4$s', '1')""";
    static final String END = """
            with done as (delete from holdfast.open_workflow where uid = '%3$s')
            insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                event_position, event_attempt, format, outcome_state, event, uid)
            select 1, now(), %1$d, %2$d, 1, 1, 0, 0, 0, 0, 1, 0, 30, '%3$s'""";

    private static final List<Integer> ALL = IntStream.range(0, BUCKETS).boxed().toList();

    final TestDatabase database = TestDatabase.migrated();
    final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    final Installation installation;
    private final EraRemoval removal = new EraRemoval(jdbi, BUCKETS);
    private EraClearing clearing = new EraClearing(ERA);

    OldEraFixture() {
        run("insert into holdfast.settings (buckets, id_seed, era_seconds, initialised_at)" + " values (" + BUCKETS
                + ", 1, 604800, now() - interval '30 days')");
        run("alter table holdfast.retention drop constraint keep_at_least");
        run("insert into holdfast.retention values ('*', '*', '0'), ('kept', '*', null)");
        installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
        installation.addEras(jdbi, jdbi.withExtension(SettingsSql.class, SettingsSql::now));
        run("select holdfast.add_era(" + ERA + ")");
    }

    @Override
    public void close() {
        database.close();
    }

    void run(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    ForeignTransaction transaction() throws SQLException {
        return new ForeignTransaction(database);
    }

    /** A transaction that sees only what was there when it began, and has no id yet. */
    ForeignTransaction withAnOldSnapshot() throws SQLException {
        ForeignTransaction transaction = transaction();
        transaction.execute("set transaction isolation level repeatable read");
        transaction.execute("select 1");
        return transaction;
    }

    /** A node runs this definition. */
    void announce(String definition) {
        run("insert into holdfast.node (name) values ('one')");
        run("insert into holdfast.incarnation (number, ordinal, id, version, definitions)"
                + " select n.number, 1, gen_random_uuid(), '1', array['" + definition + "/1'] from holdfast.node n");
    }

    /** The old era is the current one. */
    void beginsNow() {
        run("update holdfast.settings set initialised_at = now()");
    }

    void beganLongAgo() {
        run("update holdfast.settings set initialised_at = now() - interval '30 days'");
    }

    WorkflowKey place(String id) {
        return installation.ids().parse(id).orElseThrow();
    }

    /** A place in the old era. */
    WorkflowKey place() {
        return placeAt(Duration.ofDays(1));
    }

    /** The place of a workflow that was accepted so long after the beginning. */
    WorkflowKey placeAt(Duration age) {
        Instant at = installation.initialisedAt().plus(age);
        return installation.ids().generate(2, installation.eraAt(at), at);
    }

    String id(WorkflowKey key) {
        return installation.ids().format(key);
    }

    /** The call of a submission under the id of a place. */
    String admit(WorkflowKey place) {
        return admit(place, "*", id(place));
    }

    String admit(WorkflowKey place, String scope, String name) {
        return ADMIT.formatted(name, scope, place.bucket(), place.era(), place.uid(), name);
    }

    String outcome(String admit) {
        return jdbi.withHandle(
                handle -> handle.createQuery(admit).mapTo(String.class).one());
    }

    /** The rows of a workflow of a definition, as one that checks nothing writes them. */
    String accept(WorkflowKey place, String definition) {
        return ACCEPT.formatted(place.bucket(), place.era(), place.uid(), definition);
    }

    void end(WorkflowKey key) {
        run(END.formatted(key.bucket(), key.era(), key.uid()));
    }

    boolean isSettled() {
        return jdbi.withExtension(RetentionSql.class, clearing::isSettled);
    }

    /** Whether the era is settled and all buckets are cleared now; returns what is to be kept. */
    List<WorkflowKey> clear() {
        return jdbi.withExtension(RetentionSql.class, sql -> clearing.advance(sql, ALL));
    }

    List<WorkflowKey> clear(Handle session) {
        return clearing.advance(session.attach(RetentionSql.class), ALL);
    }

    /** As where the node is another one now. */
    void forgetClearing() {
        clearing = new EraClearing(ERA);
    }

    void rehome(WorkflowKey key) {
        run("select holdfast.rehome(%d, %d, '%s', %d, 0, 100)".formatted(key.bucket(), key.era(), key.uid(), LATER));
    }

    void remove() {
        removal.advance(ERA);
    }

    boolean isGone() {
        return count("select count(*) from pg_class where relnamespace = 'holdfast'::regnamespace and relkind = 'r'"
                        + " and relname ~ '_1$'")
                == 0;
    }

    boolean isThere(WorkflowKey key) {
        return count("select count(*) from holdfast.workflow w where w.uid = '" + key.uid() + "' and w.bucket = "
                        + key.bucket() + " and w.era = holdfast.home_of(w.bucket, " + key.era() + ", w.uid)")
                == 1;
    }
}

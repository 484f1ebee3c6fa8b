package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.SqlOfMain;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Control tables filled by hand, and the statements of the store on them; one line of one can be left out. Incarnations
 * are processes of one node; the time of their fencing is long ago.
 */
final class PruningFixture extends TestResource {
    /** The order of {@link Pruning}. */
    static final List<String> PRUNING =
            List.of("epochs", "incarnations", "enrolments", "fences", "generations", "heartbeats");

    private final TestDatabase database = TestDatabase.migrated();
    private final String mutant;
    private final String missingLine;
    final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    PruningFixture() {
        this("none", "none");
    }

    /** Leaves out the line that contains {@code missingLine} of the statement of this method. */
    PruningFixture(String mutant, String missingLine) {
        this.mutant = mutant;
        this.missingLine = missingLine;
        jdbi.useHandle(handle -> handle.execute("insert into holdfast.node (name) values ('a')"));
    }

    @Override
    public void close() {
        database.close();
    }

    /** The statement of this method of an SQL interface, without the line that is to be missing. */
    String sql(Class<?> type, String name) {
        return SqlOfMain.of(type, name)
                .lines()
                .filter(line -> !name.equals(mutant) || !line.contains(missingLine))
                .collect(Collectors.joining("\n"));
    }

    /** As {@link Pruning} does it. */
    void prune() {
        PRUNING.forEach(name -> jdbi.useHandle(handle -> handle.createUpdate(sql(PruningSql.class, name))
                .bind("limit", 10_000)
                .execute()));
    }

    ForeignTransaction foreign() throws SQLException {
        return new ForeignTransaction(database);
    }

    /** The next process of the node. */
    UUID incarnation() {
        UUID id = UUID.randomUUID();
        jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.incarnation (number, ordinal, id, version)
                select 1, coalesce(max(ordinal), 0) + 1, ?, 'test' from holdfast.incarnation""", id));
        return id;
    }

    /** With an enrolled connection, whose backend is gone, and a heartbeat. */
    UUID enrolledIncarnation() {
        UUID id = incarnation();
        enrolGone(id, 1);
        jdbi.useHandle(
                handle -> handle.execute("insert into holdfast.heartbeat (incarnation, counter) values (?, 7)", id));
        return id;
    }

    void enrolGone(UUID incarnation, int generation) {
        jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.fence (incarnation, connection, generation, pid, backend_start)
                values (?, 0, ?, 0, now() - interval '3 days')""", incarnation, generation));
    }

    void fence(UUID incarnation) {
        jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.fence (incarnation, connection, generation, at)
                values (?, -1, 0, now() - interval '2 days')""", incarnation));
    }

    /** Makes it the owner of a bucket at this epoch. */
    void own(int bucket, long epoch, UUID incarnation) {
        jdbi.useHandle(handle ->
                handle.execute("insert into holdfast.bucket values (?, ?, ?, default)", bucket, epoch, incarnation));
    }

    void release(int bucket, long epoch) {
        jdbi.useExtension(BucketSql.class, sql -> sql.release(bucket, epoch));
    }

    /** The epoch that the claim of a bucket observed at {@code epoch} got; 0 where it was refused. */
    long claim(Handle handle, UUID incarnation, int bucket, long epoch) {
        return handle.createQuery(sql(BucketSql.class, "claim"))
                .bind("incarnation", incarnation)
                .bind("buckets", new int[] {bucket})
                .bind("epochs", new long[] {epoch})
                .map((row, context) -> row.getLong("epoch"))
                .findOne()
                .orElse(0L);
    }

    boolean isBatchRefused(UUID incarnation, int generation) {
        return one(
                "select holdfast.is_fenced(:incarnation, 0, :generation)",
                Boolean.class,
                query -> query.bind("incarnation", incarnation).bind("generation", generation));
    }

    /** Whether a heartbeat was sent. */
    boolean beats(UUID incarnation) {
        return jdbi.withHandle(handle -> handle.createQuery(sql(NodeSql.class, "beat"))
                .bindMap(Map.of("incarnation", incarnation, "counter", 8L, "loaded", 0, "draining", false))
                .map((row, context) -> true)
                .findOne()
                .orElse(false));
    }

    int become(int ordinal, @Nullable UUID former) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("number", 1);
        values.put("ordinal", ordinal);
        values.put("former", former);
        values.put("id", UUID.randomUUID());
        values.put("version", "test");
        values.put("definitions", new String[0]);
        return jdbi.withHandle(handle -> handle.createUpdate(sql(NodeSql.class, "become"))
                .bindMap(values)
                .execute());
    }

    int enrol(Handle handle, UUID incarnation, int generation) {
        return handle.createUpdate(sql(FenceSql.class, "enrol"))
                .bindMap(Map.of("incarnation", incarnation, "connection", 0, "generation", generation, "own", true))
                .execute();
    }

    List<Integer> connections(UUID incarnation) {
        return jdbi.withExtension(FenceSql.class, fence -> fence.connections(incarnation));
    }

    long count(String sql) {
        return one(sql, Long.class, query -> query);
    }

    private <T> T one(String sql, Class<T> type, UnaryOperator<Query> binding) {
        return jdbi.withHandle(
                handle -> binding.apply(handle.createQuery(sql)).mapTo(type).one());
    }
}

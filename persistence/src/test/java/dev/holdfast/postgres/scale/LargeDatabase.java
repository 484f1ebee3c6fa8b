package dev.holdfast.postgres.scale;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.SettingsSql;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * A database with four weeks of workflows in weekly eras. SQL copies the rows of the {@link Samples}, which a node
 * wrote, with all their columns, except for what tells a workflow from another, and times.
 */
final class LargeDatabase {
    private static final int CHUNK = 50_000;
    private static final int COPIES = 100;
    private static final int ERAS_BEFORE = 3;
    /** Request and decision of the same operator action, in this many copies for a scale of 1. */
    private static final int ACTIONS = 100_000;

    private final Jdbi jdbi;
    private final Map<Kind, WorkflowKey> samples;
    private final double scale;
    private final Map<Kind, List<WorkflowKey>> examples = new EnumMap<>(Kind.class);
    private final Installation installation;
    private final Instant end;

    private LargeDatabase(TestDatabase database, Map<Kind, WorkflowKey> samples, double scale) {
        this.jdbi = JdbiFactory.on(database.dataSource());
        this.samples = samples;
        this.scale = scale;
        this.installation = Installation.of(jdbi, PostgresConfig.of(database.jdbcUrl()));
        this.end = jdbi.withExtension(SettingsSql.class, SettingsSql::now);
    }

    /** Gives an empty database a past; the first node keeps these settings. */
    static void begin(TestDatabase database) {
        JdbiFactory.on(database.dataSource()).useHandle(handle -> {
            handle.execute("""
                    insert into holdfast.settings (buckets, id_seed, era_seconds, initialised_at)
                    values (256, 42, 604800, now() - interval '27 days')""");
            for (int era = 1; era <= ERAS_BEFORE; era++) {
                handle.execute("select holdfast.add_era(?)", era);
            }
        });
    }

    /** Fills it, and has the server look at it as it would by itself in time; returns some copies of each sample. */
    static Map<Kind, List<WorkflowKey>> fill(TestDatabase database, Map<Kind, WorkflowKey> samples, double scale) {
        LargeDatabase filled = new LargeDatabase(database, samples, scale);
        filled.fill();
        return filled.examples;
    }

    private void fill() {
        jdbi.useHandle(handle -> {
            handle.execute("set synchronous_commit = off");
            for (Kind kind : Kind.values()) {
                int rows = kind.rows(scale);
                for (int first = 1; first <= rows; first += CHUNK) {
                    copy(handle, kind, rows, first, Math.min(rows, first + CHUNK - 1));
                }
            }
            copyActions(handle, (int) (ACTIONS * scale));
            handle.execute("vacuum analyze");
            TableReads.publish(handle); // a session that ends does so when it likes to
        });
    }

    private void copy(Handle handle, Kind kind, int rows, int first, int last) {
        WorkflowKey sample = Objects.requireNonNull(samples.get(kind));
        String copies = changes(kind).entrySet().stream()
                .map(table ->
                        table.getKey() + "_copy as (" + copyOf(handle, table.getKey(), table.getValue(), sample) + ")")
                .collect(Collectors.joining(", "));
        List<WorkflowKey> keys = keys(kind, rows, first, last);
        examples.put(kind, keys.subList(0, Math.min(COPIES, keys.size())));
        WorkflowKeys.bind(
                        handle.createQuery(
                                "with p as materialized (" + places(kind, sample) + "), " + copies + " select 1"),
                        keys)
                .bind("numbers", IntStream.rangeClosed(first, last).boxed().toArray(Integer[]::new))
                .mapTo(Integer.class)
                .one();
    }

    /** Of each its number, id, place, the era in which it lies, and how much later than the sample it was accepted. */
    private static String places(Kind kind, WorkflowKey sample) {
        return """
                select k.n, '%s-' || k.n as id, k.bucket, k.accepted_era, k.accepted_era + %d as era, k.uid,
                    holdfast.accepted_at(k.uid) - holdfast.accepted_at('%s') as later
                from unnest(:numbers::integer[], :buckets::integer[], :eras::integer[], :uids::uuid[])
                    as k(n, bucket, accepted_era, uid)
                order by k.bucket, k.uid""".formatted(kind.prefix(), kind == Kind.MOVED ? 1 : 0, sample.uid());
    }

    /** Places as a node generates them, spread evenly over the weeks; those that move come before the last one. */
    private List<WorkflowKey> keys(Kind kind, int rows, int first, int last) {
        Duration span = Duration.between(installation.initialisedAt(), end)
                .minus(kind == Kind.MOVED ? installation.era() : Duration.ZERO);
        long step = span.toNanos() / 1_000 / rows;
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> {
                    Instant at = installation.initialisedAt().plus(step * number, ChronoUnit.MICROS);
                    int bucket = installation.ids().bucketOf(kind.id(number));
                    return installation.ids().generate(bucket, installation.eraAt(at), at);
                })
                .toList();
    }

    /** By table the columns that are not those of the sample. */
    private static Map<String, Map<String, String>> changes(Kind kind) {
        Map<String, Map<String, String>> tables = new LinkedHashMap<>();
        tables.put("workflow", Map.of("id", kind == Kind.NAMED ? "p.id" : "t.id", "labels", """
                pg_catalog.jsonb_build_object('tenant', 't' || p.n % 1000)"""));
        tables.put(
                "open_workflow",
                Map.of(
                        "due",
                        switch (kind) {
                            case SLEEPING -> "now() + interval '1 day' + p.n % 86400 * interval '1 second'";
                            case DUE, UNREGISTERED -> "now() - p.n % 100000 * interval '1 millisecond'";
                            default -> "t.due";
                        }));
        tables.put("log", Map.of("at", "t.at + p.later"));
        tables.put("ended", Map.of("at", "t.at + p.later"));
        tables.put("dead_letter", Map.of("at", "t.at + p.later"));
        if (kind == Kind.NAMED) {
            tables.put("submission", Map.of("at", "t.at + p.later", "name", "p.id"));
        }
        if (kind == Kind.MOVED) {
            tables.put("home", Map.of());
        }
        return tables;
    }

    private static String copyOf(Handle handle, String table, Map<String, String> changes, WorkflowKey sample) {
        if (table.equals("home")) {
            return "insert into holdfast.home (bucket, era, accepted_era, uid)"
                    + " select p.bucket, p.era, p.accepted_era, p.uid from p";
        }
        List<String> columns = columns(handle, table);
        String values = columns.stream()
                .map(column -> List.of("bucket", "era", "uid").contains(column)
                        ? "p." + column
                        : changes.getOrDefault(column, "t." + column))
                .collect(Collectors.joining(", "));
        return "insert into holdfast." + table + " (" + String.join(", ", columns) + ") select " + values
                + " from p cross join (select * from holdfast." + table + " where bucket = " + sample.bucket()
                + " and uid = '" + sample.uid() + "') t";
    }

    private static List<String> columns(Handle handle, String table) {
        return handle.createQuery("""
                        select column_name from information_schema.columns
                        where table_schema = 'holdfast' and table_name = :table and is_generated = 'NEVER'
                        order by ordinal_position""").bind("table", table).mapTo(String.class).list();
    }

    /** The audit of the cancelled sample, for others, by a hundred actors. */
    private static void copyActions(Handle handle, int rows) {
        List<String> columns = columns(handle, "audit");
        Map<String, String> changes = Map.of(
                "id", "md5('action-' || n)::uuid",
                "at", "t.at - (%d - n) * interval '20 days' / %1$d".formatted(rows),
                "target", "'cancelled-' || n",
                "actor", "'operator-' || n % 100");
        handle.execute("insert into holdfast.audit (" + String.join(", ", columns) + ") select "
                + columns.stream()
                        .map(column -> changes.getOrDefault(column, "t." + column))
                        .collect(Collectors.joining(", "))
                + " from (select * from holdfast.audit) t cross join generate_series(1, " + rows + ") n");
    }
}

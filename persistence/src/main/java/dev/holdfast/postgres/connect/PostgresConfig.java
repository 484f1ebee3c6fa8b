package dev.holdfast.postgres.connect;

import dev.holdfast.admin.CopiedValues;
import dev.holdfast.admin.DurationText;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a node on PostgreSQL. Made by the program that starts the node, with {@link #of} or
 * {@link #defaults}, and changed by methods that return a changed copy and throw {@link IllegalArgumentException} with
 * the setting, its value and the expected values. Immutable, safe for all threads.
 *
 * <pre>{@code
 * PostgresConfig config = PostgresConfig.of("jdbc:postgresql://db/shop")
 *         .nodeName("shop-1")
 *         .lease(Duration.ofSeconds(10));
 * }</pre>
 */
public final class PostgresConfig {
    /** The connections for reads without which a node does not work: one for itself, one for those who ask. */
    static final int READS_MIN = 2;

    private static final Duration LEASE_MIN = Duration.ofMillis(100);

    private static final class Values extends CopiedValues<Values> {
        @Nullable
        DatabaseSettings database;

        String nodeName = HostName.get();
        Duration lease = Duration.ofSeconds(5);
        Duration heartbeat = Duration.ofSeconds(1);
        int writers = 2;
        int lanes = 4;
        int buckets = 256;
        Duration era = Duration.ofDays(7);
        int queueMaxEntries = 100_000;
        long queueMaxBytes = 256L << 20;
        Duration heldFor = Duration.ofMillis(3);
        boolean restored;
    }

    private static final PostgresConfig DEFAULTS = new PostgresConfig(new Values());

    private final Values values;

    private PostgresConfig(Values values) {
        this.values = values;
        String name = values.nodeName;
        require(!name.isBlank() && name.length() <= 200, "node name", name, "1 to 200 characters");
        Duration lease = values.lease;
        require(values.heartbeat.isPositive(), "heartbeat", values.heartbeat, "more than 0");
        require(
                lease.compareTo(LEASE_MIN) >= 0,
                "lease",
                DurationText.of(lease),
                "at least 100 ms, and seconds in production");
        require(
                lease.compareTo(values.heartbeat.multipliedBy(3)) >= 0,
                "lease",
                DurationText.of(lease),
                "at least 3 heartbeats");
        require(values.writers >= 1 && values.writers <= 16, "writers", values.writers, "1 to 16");
        require(values.lanes >= 1 && values.lanes <= 16, "lanes", values.lanes, "1 to 16");
        require(values.buckets >= 1 && values.buckets <= 1 << 16, "buckets", values.buckets, "1 to 65536");
        require(values.era.compareTo(Duration.ofHours(1)) >= 0, "era", values.era, "at least an hour");
        require(values.queueMaxEntries >= 2, "queueMaxEntries", values.queueMaxEntries, "at least 2");
        require(values.queueMaxBytes >= 1 << 20, "queueMaxBytes", values.queueMaxBytes, "at least 1 MiB");
        require(values.heldFor.isPositive(), "heldFor", values.heldFor, "more than 0");
    }

    private static void require(boolean holds, String setting, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is " + value + ": expected " + expected);
        }
    }

    /** The defaults, which each method names, without a database. */
    public static PostgresConfig defaults() {
        return DEFAULTS;
    }

    /** The defaults on the database of this URL, in either form of {@code DatabaseUrl}. */
    public static PostgresConfig of(String url) {
        return of(DatabaseSettings.of(url));
    }

    /** The defaults on this database. */
    public static PostgresConfig of(DatabaseSettings database) {
        return DEFAULTS.with(changed -> changed.database = database);
    }

    private PostgresConfig with(Consumer<Values> change) {
        return new PostgresConfig(values.with(change));
    }

    /**
     * Sets the name, unique among the living nodes and the same over restarts, 1 to 200 characters. The host name by
     * default.
     */
    public PostgresConfig nodeName(String name) {
        return with(changed -> changed.nodeName = name);
    }

    /**
     * Sets the time that a node may be silent before another one takes over, and a heartbeat of a fifth of it. 5 s by
     * default.
     */
    public PostgresConfig lease(Duration time) {
        return with(changed -> {
            changed.lease = time;
            changed.heartbeat = time.dividedBy(5);
        });
    }

    /**
     * Sets the interval of the heartbeats, at most a third of the lease. Call it after {@link #lease}. 1 s by default.
     */
    public PostgresConfig heartbeat(Duration interval) {
        return with(changed -> changed.heartbeat = interval);
    }

    /**
     * Sets the number of writer connections, 1 to 16; 2, the default, is right where a commit takes less than a
     * millisecond.
     */
    public PostgresConfig writers(int number) {
        return with(changed -> changed.writers = number);
    }

    /**
     * Sets the number of connections for transactional steps, 1 to 16: that many of their bodies run at a time. Each is
     * opened when it is first needed, and then kept. 4 by default.
     */
    public PostgresConfig lanes(int number) {
        return with(changed -> changed.lanes = number);
    }

    /**
     * Sets the number of slices of all workflows, 1 to 65,536; used when the database is initialised only. 256 by
     * default.
     */
    public PostgresConfig buckets(int number) {
        return with(changed -> changed.buckets = number);
    }

    /**
     * Sets the length of an era, whose workflows share partitions, at least an hour; used as {@code buckets} is. 7 days
     * by default.
     */
    public PostgresConfig era(Duration length) {
        return with(changed -> changed.era = length);
    }

    /** Sets how many entries wait to be written, at least 2; submissions are refused at half. 100,000 by default. */
    public PostgresConfig queueMaxEntries(int number) {
        return with(changed -> changed.queueMaxEntries = number);
    }

    /** Sets how many bytes wait to be written, at least 1 MiB; submissions are refused at half. 256 MiB by default. */
    public PostgresConfig queueMaxBytes(long bytes) {
        return with(changed -> changed.queueMaxBytes = bytes);
    }

    /** Sets how long an outcome waits for the next event of its workflow, to share its commit. 3 ms by default. */
    public PostgresConfig heldFor(Duration time) {
        return with(changed -> changed.heldFor = time);
    }

    /**
     * Marks the database as a restored copy at the start, which stops all of its nodes until an adoption. For the first
     * node on a physical copy, such as a base backup: it has the identifiers of its original, so a node cannot tell.
     * Use it for one start; a later one stops all nodes again.
     */
    public PostgresConfig asRestored() {
        return with(changed -> changed.restored = true);
    }

    /** How to connect; empty where a DataSource is given. */
    public Optional<DatabaseSettings> database() {
        return Optional.ofNullable(values.database);
    }

    /** See {@link #nodeName(String)}. */
    public String nodeName() {
        return values.nodeName;
    }

    /** See {@link #lease(Duration)}. */
    public Duration lease() {
        return values.lease;
    }

    /** See {@link #heartbeat(Duration)}. */
    public Duration heartbeat() {
        return values.heartbeat;
    }

    /** See {@link #writers(int)}. */
    public int writers() {
        return values.writers;
    }

    /** See {@link #lanes(int)}. */
    public int lanes() {
        return values.lanes;
    }

    /** See {@link #buckets(int)}. */
    public int buckets() {
        return values.buckets;
    }

    /** See {@link #era(Duration)}. */
    public Duration era() {
        return values.era;
    }

    /** See {@link #queueMaxEntries(int)}. */
    public int queueMaxEntries() {
        return values.queueMaxEntries;
    }

    /** See {@link #queueMaxBytes(long)}. */
    public long queueMaxBytes() {
        return values.queueMaxBytes;
    }

    /** See {@link #heldFor(Duration)}. */
    public Duration heldFor() {
        return values.heldFor;
    }

    /** See {@link #asRestored()}. */
    public boolean restored() {
        return values.restored;
    }

    /** Whether a pooler shares backends among several clients. */
    public boolean pooler() {
        return database().filter(DatabaseSettings::pooler).isPresent();
    }

    /**
     * The most connections that a node opens: writers, heartbeat, keyed submissions, lanes, the pool, and, without a
     * pooler, the listener.
     */
    public int connections() {
        return dedicated()
                + values.lanes
                + database().map(DatabaseSettings::pool).map(PoolSettings::max).orElse(0);
    }

    /**
     * The connections that every node keeps: writers, heartbeat, keyed submissions, and, without a pooler, the
     * listener.
     */
    int dedicated() {
        return values.writers + (pooler() ? 2 : 3);
    }

    /** Name and lease only: the rest may contain a password. */
    @Override
    public String toString() {
        return "PostgresConfig[nodeName=" + values.nodeName + ", lease=" + DurationText.of(values.lease) + "]";
    }
}

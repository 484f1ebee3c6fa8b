package dev.holdfast.postgres.connect;

import java.time.Duration;
import java.util.Optional;

/**
 * The configuration of a node on PostgreSQL. Made by the program that starts the node; immutable.
 *
 * @param database how to connect; empty where a DataSource is given
 * @param nodeName unique among the living nodes, the same over restarts; 1 to 200 characters
 * @param lease the time that a node may be silent before another one takes over
 * @param heartbeat the interval of a node's heartbeats; at most a third of the lease
 * @param writers writer connections, 1 to 16; 2 is right where a commit takes less than a millisecond
 * @param buckets slices of all workflows, 1 to 65,536; only used when the database is initialised
 * @param era the length of an era, whose workflows share partitions, at least an hour; used as {@code buckets} is
 * @param queueMaxEntries entries that wait to be written; submissions are refused at half
 * @param queueMaxBytes bytes that wait to be written; submissions are refused at half
 * @param heldFor the time that an outcome waits for the next event of its workflow, to share its commit
 * @param restored marks the database as a restored copy at the start, which stops all of its nodes until an adoption
 */
public record PostgresConfig(
        Optional<DatabaseSettings> database,
        String nodeName,
        Duration lease,
        Duration heartbeat,
        int writers,
        int buckets,
        Duration era,
        int queueMaxEntries,
        long queueMaxBytes,
        Duration heldFor,
        boolean restored) {
    /** The connections for reads without which a node does not work: one for itself, one for those who ask. */
    static final int READS_MIN = 2;

    private static final Duration LEASE_MIN = Duration.ofMillis(100);

    private static final PostgresConfig DEFAULTS = new PostgresConfig(
            Optional.empty(),
            HostName.get(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            2,
            256,
            Duration.ofDays(7),
            100_000,
            256L << 20,
            Duration.ofMillis(3),
            false);

    /** Throws {@link IllegalArgumentException} with the setting, its value and the expected values. */
    public PostgresConfig {
        require(!nodeName.isBlank() && nodeName.length() <= 200, "node-name", nodeName, "1 to 200 characters");
        require(heartbeat.isPositive(), "heartbeat", heartbeat, "more than 0");
        require(lease.compareTo(LEASE_MIN) >= 0, "lease", lease, "at least 100 ms, and seconds in production");
        require(lease.compareTo(heartbeat.multipliedBy(3)) >= 0, "lease", lease, "at least 3 heartbeats");
        require(writers >= 1 && writers <= 16, "writers", writers, "1 to 16");
        require(buckets >= 1 && buckets <= 1 << 16, "buckets", buckets, "1 to 65536");
        require(era.compareTo(Duration.ofHours(1)) >= 0, "era", era, "at least an hour");
        require(queueMaxEntries >= 2, "queue-max-entries", queueMaxEntries, "at least 2");
        require(queueMaxBytes >= 1 << 20, "queue-max-bytes", queueMaxBytes, "at least 1 MiB");
        require(heldFor.isPositive(), "held-for", heldFor, "more than 0");
    }

    /** Name and lease only: the rest may contain a password. */
    @Override
    public String toString() {
        return "PostgresConfig[nodeName=" + nodeName + ", lease=" + lease + "]";
    }

    private static void require(boolean holds, String setting, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is " + value + ": expected " + expected);
        }
    }

    /** Host name as node name, lease 5 s, heartbeat 1 s, 2 writers, 256 buckets, weekly eras. */
    public static PostgresConfig defaults() {
        return DEFAULTS;
    }

    /** The defaults on the database of this URL, in either form of {@code DatabaseUrl}. */
    public static PostgresConfig of(String url) {
        return of(DatabaseSettings.of(url));
    }

    /** The defaults on this database. */
    public static PostgresConfig of(DatabaseSettings database) {
        return DEFAULTS.with(
                Optional.of(database), DEFAULTS.nodeName, DEFAULTS.lease, DEFAULTS.heartbeat, DEFAULTS.writers, false);
    }

    /** The same under another name. */
    public PostgresConfig nodeName(String name) {
        return with(database, name, lease, heartbeat, writers, restored);
    }

    /** The same with this lease, and a heartbeat of a fifth of it. */
    public PostgresConfig lease(Duration time) {
        return with(database, nodeName, time, time.dividedBy(5), writers, restored);
    }

    /** The same with this many writer connections. */
    public PostgresConfig writers(int number) {
        return with(database, nodeName, lease, heartbeat, number, restored);
    }

    /**
     * The same for the first node on a physical copy of a database, such as a base backup: it has the identifiers of
     * its original, so a node cannot tell. Use it for one start; a later one stops all nodes again.
     */
    public PostgresConfig asRestored() {
        return with(database, nodeName, lease, heartbeat, writers, true);
    }

    private PostgresConfig with(
            Optional<DatabaseSettings> place,
            String name,
            Duration time,
            Duration beat,
            int connections,
            boolean marks) {
        return new PostgresConfig(
                place, name, time, beat, connections, buckets, era, queueMaxEntries, queueMaxBytes, heldFor, marks);
    }

    /**
     * The number of connections that a node opens: writers, heartbeat, keyed submissions, the pool, and, without a
     * pooler, the listener.
     */
    public int connections() {
        return dedicated()
                + database.map(DatabaseSettings::pool).map(PoolSettings::max).orElse(0);
    }

    /**
     * The connections that a node keeps: writers, heartbeat, keyed submissions, and, without a pooler, the listener.
     */
    int dedicated() {
        return writers + (pooler() ? 2 : 3);
    }

    /** Whether a pooler shares backends among several clients. */
    public boolean pooler() {
        return database.filter(DatabaseSettings::pooler).isPresent();
    }
}

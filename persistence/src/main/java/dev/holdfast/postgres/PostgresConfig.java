package dev.holdfast.postgres;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * How a node uses its database. Made by whoever starts it; immutable.
 *
 * @param url {@code jdbc:postgresql://…} with user and password in it; empty where a DataSource is given
 * @param nodeName unique among the living nodes, the same over restarts; 1 to 200 characters
 * @param lease how long a node may be silent before another one takes over
 * @param heartbeat how often it says that it lives; at most a third of the lease
 * @param writers writer connections, 1 to 16; 2 is right where a commit takes less than a millisecond
 * @param poolMin idle connections kept for reads, 0 to {@code poolMax}
 * @param poolMax connections for reads, at least 1
 * @param buckets slices of all workflows, 1 to 65,536; only used when the database is initialised
 * @param era period of acceptance that shares a partition, at least an hour; only used when the database is initialised
 * @param queueMaxEntries entries that wait to be written; submissions are refused at half
 * @param queueMaxBytes bytes that wait to be written; submissions are refused at half
 * @param heldFor how long an outcome waits for the next record of its workflow
 */
public record PostgresConfig(
        Optional<String> url,
        String nodeName,
        Duration lease,
        Duration heartbeat,
        int writers,
        int poolMin,
        int poolMax,
        int buckets,
        Duration era,
        int queueMaxEntries,
        long queueMaxBytes,
        Duration heldFor) {
    private static final Duration LEASE_MIN = Duration.ofMillis(100);

    private static final PostgresConfig DEFAULTS = new PostgresConfig(
            Optional.empty(),
            hostName(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            2,
            0,
            8,
            256,
            Duration.ofDays(7),
            100_000,
            256L << 20,
            Duration.ofMillis(3));

    /** Throws {@link IllegalArgumentException} that names the setting, what it is and what was expected. */
    public PostgresConfig {
        url.ifPresent(Pool::requireReadable);
        require(!nodeName.isBlank() && nodeName.length() <= 200, "node-name", nodeName, "1 to 200 characters");
        require(heartbeat.isPositive(), "heartbeat", heartbeat, "more than 0");
        require(lease.compareTo(LEASE_MIN) >= 0, "lease", lease, "at least 100 ms, and seconds in earnest");
        require(lease.compareTo(heartbeat.multipliedBy(3)) >= 0, "lease", lease, "at least 3 heartbeats");
        require(writers >= 1 && writers <= 16, "writers", writers, "1 to 16");
        require(poolMax >= 1, "pool-max", poolMax, "at least 1");
        require(poolMin >= 0 && poolMin <= poolMax, "pool-min", poolMin, "0 to pool-max, which is " + poolMax);
        require(buckets >= 1 && buckets <= 1 << 16, "buckets", buckets, "1 to 65536");
        require(era.compareTo(Duration.ofHours(1)) >= 0, "era", era, "at least an hour");
        require(queueMaxEntries >= 2, "queue-max-entries", queueMaxEntries, "at least 2");
        require(queueMaxBytes >= 1 << 20, "queue-max-bytes", queueMaxBytes, "at least 1 MiB");
        require(heldFor.isPositive(), "held-for", heldFor, "more than 0");
    }

    /** Without the URL, in which a password may stand. */
    @Override
    public String toString() {
        return "PostgresConfig[nodeName=" + nodeName + ", lease=" + lease + "]";
    }

    private static void require(boolean holds, String setting, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is " + value + ": expected " + expected);
        }
    }

    /** Host name as node name, lease 5 s, heartbeat 1 s, 2 writers, pool of 0 to 8, 256 buckets, weekly eras. */
    public static PostgresConfig defaults() {
        return DEFAULTS;
    }

    /** The defaults on the database of this URL. */
    public static PostgresConfig of(String jdbcUrl) {
        return DEFAULTS.with(
                Optional.of(jdbcUrl), DEFAULTS.nodeName, DEFAULTS.lease, DEFAULTS.heartbeat, DEFAULTS.writers);
    }

    /** The same under another name. */
    public PostgresConfig nodeName(String name) {
        return with(url, name, lease, heartbeat, writers);
    }

    /** The same with this lease, and a heartbeat of a fifth of it. */
    public PostgresConfig lease(Duration time) {
        return with(url, nodeName, time, time.dividedBy(5), writers);
    }

    /** The same with this many writer connections. */
    public PostgresConfig writers(int number) {
        return with(url, nodeName, lease, heartbeat, number);
    }

    private PostgresConfig with(Optional<String> address, String name, Duration time, Duration beat, int lanes) {
        return new PostgresConfig(
                address,
                name,
                time,
                beat,
                lanes,
                poolMin,
                poolMax,
                buckets,
                era,
                queueMaxEntries,
                queueMaxBytes,
                heldFor);
    }

    /** All connections that a node opens: writers, heartbeat, admission, one that listens, pool. */
    public int connections() {
        return writers + 3 + poolMax;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}

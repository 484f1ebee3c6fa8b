package dev.holdfast.postgres.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/** Checks the connection, the version, the role and the clock of the server. */
final class ServerChecks {
    private static final int TRIPS = 5;
    private static final int OLDEST = 15;
    private static final int NEWEST = 18;

    private final Limits limits;
    private final InstantSource clock;

    ServerChecks(Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    List<Check> all() {
        return List.of(
                new Check("tls", ServerChecks::tls),
                new Check("server-version", ServerChecks::version),
                new Check("primary", ServerChecks::primary),
                new Check("clock", this::clock));
    }

    /** {@code millis} is the time of connecting. The fastest of a few round trips shows the cost of the network. */
    static Finding connection(Handle handle, long millis, Limits limits) {
        ServerSql sql = handle.attach(ServerSql.class);
        long best = IntStream.range(0, TRIPS)
                .mapToLong(any -> {
                    long began = System.nanoTime();
                    sql.nothing();
                    return System.nanoTime() - began;
                })
                .min()
                .orElseThrow();
        String seen = "connected in " + millis + " ms, a round trip takes " + best / 1_000 + " µs";
        return best <= limits.roundTrip().toNanos()
                ? Finding.ok("connection", seen)
                : Finding.degraded(
                        "connection",
                        seen,
                        "Run nodes near the database: each step waits for at least one round trip.");
    }

    private static Finding tls(Handle handle) {
        ServerSql.Encryption now =
                handle.attach(ServerSql.class).encryption().orElseThrow(() -> new IllegalStateException("not shown"));
        if (now.ssl()) {
            return Finding.ok("tls", now.version() + ", " + now.cipher());
        }
        return now.local()
                ? Finding.ok("tls", "none, and the connection does not leave this machine")
                : Finding.degraded(
                        "tls",
                        "none: passwords and data can be read on the network",
                        "Set ssl on in the server, and sslmode=verify-full in --database-url.");
    }

    private static Finding version(Handle handle) {
        ServerSql sql = handle.attach(ServerSql.class);
        int major = Integer.parseInt(sql.setting("server_version_num")) / 10_000;
        String seen = "PostgreSQL " + sql.setting("server_version");
        if (major < OLDEST) {
            return Finding.degraded("server-version", seen, "Use PostgreSQL " + OLDEST + " to " + NEWEST + ".");
        }
        return major > NEWEST
                ? Finding.degraded(
                        "server-version", seen + ", newer than this build was tested with", "Use " + NEWEST + ".")
                : Finding.ok("server-version", seen);
    }

    private static Finding primary(Handle handle) {
        return handle.attach(ServerSql.class).isStandby()
                ? Finding.degraded("primary", "this is a standby, which accepts no writes", "Connect to the primary.")
                : Finding.ok("primary", "it accepts writes");
    }

    /** The server read its clock at some moment of the round trip, so the error is half a round trip. */
    private Finding clock(Handle handle) {
        Instant before = clock.instant();
        Instant there = handle.attach(ServerSql.class).now().toInstant();
        Instant after = clock.instant();
        Duration off =
                Duration.between(before.plus(Duration.between(before, after).dividedBy(2)), there);
        String seen = "the server's is " + off.abs().toMillis() + " ms " + (off.isNegative() ? "behind" : "ahead of")
                + " this machine's";
        return off.abs().compareTo(limits.clock()) <= 0
                ? Finding.ok("clock", seen)
                : Finding.degraded(
                        "clock",
                        seen,
                        "Repair NTP. Holdfast uses the server's clock only; logs and other systems do not.");
    }
}

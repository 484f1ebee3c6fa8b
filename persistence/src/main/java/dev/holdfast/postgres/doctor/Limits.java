package dev.holdfast.postgres.doctor;

import java.time.Duration;

/**
 * The limits above which a check reports a degraded state. Immutable.
 *
 * @param roundTrip time of an empty statement; each step costs at least one
 * @param clock difference between the clocks of this machine and of the server
 * @param transaction age of the oldest transaction
 * @param lagBytes distance of a standby, or log that a slot retains
 * @param deadRows dead rows of a table, if they are also more than a fifth of all its rows
 * @param silence time since the last heartbeat of a node: three default leases
 * @param late time for which a workflow may have been due
 */
record Limits(
        Duration roundTrip,
        Duration clock,
        Duration transaction,
        long lagBytes,
        long deadRows,
        Duration silence,
        Duration late) {
    static final Limits USUAL = new Limits(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            256L << 20,
            50_000,
            Duration.ofSeconds(15),
            Duration.ofMinutes(1));
}

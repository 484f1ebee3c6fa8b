package dev.holdfast.postgres.doctor;

import java.time.Duration;

/**
 * From where on something is told as degraded.
 *
 * @param roundTrip of a statement that does nothing; each step costs at least one
 * @param clock between the clocks of here and of the server
 * @param transaction age of the oldest one
 * @param lagBytes that a standby is behind, or that a slot holds back
 * @param deadRows of one table, where they are also a fifth of all
 * @param silence since the last heartbeat of a node: three leases as they are by default
 * @param late how long something may have been due
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

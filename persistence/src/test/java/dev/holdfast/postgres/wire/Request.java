package dev.holdfast.postgres.wire;

/**
 * What a client sent up to a Sync, or one simple query.
 *
 * @param link the connection that it came by
 * @param sql of its last statement, empty where there is none
 * @param number of the request on this proxy, from 1
 * @param messages how many protocol messages it is made of
 */
public record Request(PgLink link, String sql, int number, int messages) {
    /** Whether it is a batch of checkpoints. */
    public boolean isFlush() {
        return sql.contains("holdfast.flush(");
    }
}

package dev.holdfast.postgres.jdbc;

import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Questions by way of the pool, whose failure is told as every outage is. Safe for all threads. */
public record PooledReads(Jdbi jdbi, Outage outage) {
    /** Throws {@link dev.holdfast.StoreUnavailableException}. */
    public <T> T of(Function<Jdbi, T> question) {
        try {
            return question.apply(jdbi);
        } catch (JdbiException e) {
            throw outage.unavailable(e);
        }
    }
}

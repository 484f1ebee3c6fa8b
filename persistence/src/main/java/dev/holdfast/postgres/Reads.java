package dev.holdfast.postgres;

import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Questions by way of the pool, whose failure is told as every outage is. Safe for all threads. */
record Reads(Jdbi jdbi, Outage outage) {
    /** Throws {@link dev.holdfast.StoreUnavailableException}. */
    <T> T of(Function<Jdbi, T> question) {
        try {
            return question.apply(jdbi);
        } catch (JdbiException e) {
            throw outage.unavailable(e);
        }
    }
}

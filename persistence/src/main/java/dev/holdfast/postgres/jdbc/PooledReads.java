package dev.holdfast.postgres.jdbc;

import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Runs pooled reads; reports to {@link Outage}. Safe for all threads. */
public record PooledReads(Jdbi jdbi, Outage outage) {
    /** Runs a read. Throws {@link dev.holdfast.StoreUnavailableException} when the database fails. */
    public <T> T of(Function<Jdbi, T> read) {
        try {
            T answer = read.apply(jdbi);
            outage.works(Outage.Access.READS);
            return answer;
        } catch (JdbiException e) {
            throw outage.unavailable(Outage.Access.READS, e);
        }
    }
}

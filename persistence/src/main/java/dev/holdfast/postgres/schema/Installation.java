package dev.holdfast.postgres.schema;

import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.spi.WorkflowIds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What is fixed for a database: the form of ids, and the eras, counted from the day of initialisation. Immutable.
 *
 * @param ids the form of ids
 */
public record Installation(WorkflowIds ids, Instant initialisedAt, Duration era) {
    /** How many eras there is room for before they are needed. */
    private static final int ERAS_AHEAD = 2;

    /** Reads it; the first one to come initialises it. */
    public static Installation of(Jdbi jdbi, PostgresConfig config) {
        return jdbi.inTransaction(tx -> {
            SettingsSql sql = tx.attach(SettingsSql.class);
            sql.initialise(
                    config.buckets(),
                    new SecureRandom().nextLong(),
                    config.era().toSeconds());
            SettingsSql.Settings settings = sql.settings();
            sql.addBuckets(settings.buckets());
            return new Installation(
                    new WorkflowIds(settings.buckets(), settings.idSeed()),
                    settings.initialisedAt(),
                    Duration.ofSeconds(settings.eraSeconds()));
        });
    }

    /** The era of a workflow that is accepted at this time, from 1. */
    public int eraAt(Instant now) {
        return Math.toIntExact(Math.max(0, Duration.between(initialisedAt, now).dividedBy(era))) + 1;
    }

    /** Makes room for the eras to come; gives way to whoever holds a lock on the tables, to be called again. */
    public void addEras(Jdbi jdbi, Instant now) {
        int current = eraAt(now);
        for (int era = current; era <= current + ERAS_AHEAD; era++) {
            int next = era;
            jdbi.useTransaction(tx -> addEra(tx, next));
        }
    }

    private static void addEra(Handle tx, int era) {
        tx.execute("select pg_catalog.set_config('lock_timeout', '200ms', true)");
        tx.attach(SettingsSql.class).addEra(era);
    }
}

package dev.holdfast.postgres.schema;

import dev.holdfast.HoldfastException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.spi.WorkflowIds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The settings that are fixed when a database is initialised: the form of ids, and the length of eras. Read by a node
 * when it starts. Immutable.
 *
 * @param ids the form of ids
 * @param initialisedAt the beginning of era 1
 * @param era the length of an era
 * @param callbackSecret signs the tokens of callbacks
 */
public record Installation(WorkflowIds ids, Instant initialisedAt, Duration era, byte[] callbackSecret) {
    /** Eras whose tables are created before they are needed. */
    private static final int ERAS_AHEAD = 2;

    /**
     * Prepares the database for a node that starts, and reads the settings: the first node initialises it, and a node
     * that is started as restored marks it. Throws {@link HoldfastException} with the wrong setting of the role or the
     * database, and the remedy.
     */
    public static Installation open(Jdbi jdbi, PostgresConfig config) {
        requireDurable(jdbi);
        Installation installation = of(jdbi, config);
        if (config.restored()) {
            new Adoption(jdbi)
                    .mark(ActionOptions.because("the node was started as restored")
                            .by(config.nodeName()));
        }
        installation.addEras(jdbi, jdbi.withExtension(SettingsSql.class, SettingsSql::now));
        return installation;
    }

    private static void requireDurable(Jdbi jdbi) {
        try {
            jdbi.withExtension(SettingsSql.class, SettingsSql::requireDurable);
        } catch (JdbiException e) {
            throw new HoldfastException("this database cannot be used as configured: " + e.getMessage(), e);
        }
    }

    /** Reads the settings; the first node initialises the database with those of {@code config}. */
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
                    Duration.ofSeconds(settings.eraSeconds()),
                    settings.callbackSecret());
        });
    }

    /** The era of a workflow that is accepted at this time; the first era is 1. */
    public int eraAt(Instant now) {
        return Math.toIntExact(Math.max(0, Duration.between(initialisedAt, now).dividedBy(era))) + 1;
    }

    /**
     * Creates the tables of the next eras. Throws {@link org.jdbi.v3.core.JdbiException} if another session locks the
     * parent tables for longer than 200 ms; the caller calls again later.
     */
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

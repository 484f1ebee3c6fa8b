package dev.holdfast.postgres.schema;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of {@link Migrations#migrate}: tries again where somebody holds a lock, within its patience. Used by one
 * thread.
 */
final class MigrationRun {
    private static final Duration PAUSE_MIN = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);
    /** lock_not_available, deadlock_detected. */
    private static final Set<String> HELD = Set.of("55P03", "40P01");

    private static final Logger LOG = LoggerFactory.getLogger(MigrationRun.class);

    private final Jdbi jdbi;
    private final Flyway flyway;
    private final Duration patience;
    private final MigrationLocks locks;
    private boolean told;

    MigrationRun(DataSource dataSource, FluentConfiguration configuration, Duration patience) {
        this.jdbi = JdbiFactory.on(dataSource);
        this.patience = patience;
        this.locks = new MigrationLocks(jdbi, patience);
        this.flyway = configuration.callbacks(locks).load();
    }

    /** Returns how many were applied here, and not by somebody else meanwhile. */
    int run() {
        long end = System.nanoTime() + patience.toNanos();
        Duration pause = PAUSE_MIN;
        try (locks) {
            while (!isDone(end)) {
                pause(pause);
                pause = pause.compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            }
            return locks.applied();
        } catch (FlywayException e) {
            throw Migrations.refused(e);
        }
    }

    /** False when it may go through a little later. */
    private boolean isDone(long end) {
        SchemaState state = SchemaState.of(flyway);
        state.requireKnown();
        if (state.isCurrent()) {
            return true; // no lock is taken at most starts
        }
        if (state.broken()) {
            jdbi.useExtension(MigrationSql.class, MigrationSql::forgetFailed);
        }
        try {
            flyway.migrate();
            return true;
        } catch (FlywayValidateException e) {
            if (System.nanoTime() - end > 0) {
                throw e;
            }
            return false; // somebody else has been here meanwhile
        } catch (FlywayException e) {
            if (!isHeld(e)) {
                throw e;
            }
            if (System.nanoTime() - end > 0) {
                throw new HoldfastException(
                        "the schema " + Migrations.SCHEMA + " could not be brought up to date within "
                                + patience.toSeconds() + " s, because " + locks.holders()
                                + ". What was applied stays; end that transaction and run it again",
                        e);
            }
            if (!told) {
                told = true;
                LOG.warn("a migration waits for a lock, trying for {}: {}", patience, locks.holders());
            }
            return false;
        }
    }

    private static boolean isHeld(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused && HELD.contains(String.valueOf(refused.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException("interrupted while a migration waits for a lock", e);
        }
    }
}

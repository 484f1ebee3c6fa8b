package dev.holdfast.postgres.schema;

import dev.holdfast.HoldfastException;
import dev.holdfast.admin.DurationText;
import dev.holdfast.postgres.connect.Causes;
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
 * One call of {@link Migrations#migrate}. It retries until a timeout while other sessions hold a lock that a migration
 * needs. One thread.
 */
final class MigrationRun {
    private static final Duration PAUSE_MIN = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);
    /** lock_not_available, deadlock_detected. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01");

    private static final Logger LOG = LoggerFactory.getLogger(MigrationRun.class);

    private final DataSource dataSource;
    private final Jdbi jdbi;
    private final Flyway flyway;
    private final Duration timeout;
    private final MigrationLocks locks;
    private boolean logged;

    MigrationRun(DataSource dataSource, FluentConfiguration configuration, Duration timeout) {
        this.dataSource = dataSource;
        this.jdbi = JdbiFactory.on(dataSource);
        this.timeout = timeout;
        this.locks = new MigrationLocks(jdbi, timeout);
        this.flyway = configuration.callbacks(locks).load();
    }

    /** Returns the number of migrations that this call applied; others may have applied more meanwhile. */
    int run() {
        long end = System.nanoTime() + timeout.toNanos();
        Duration pause = PAUSE_MIN;
        try (locks) {
            while (!isDone(end)) {
                pause(pause);
                pause = pause.compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            }
            return locks.applied();
        } catch (FlywayException e) {
            throw MigrationFailure.of(e, dataSource);
        }
    }

    /** Returns false if a later try may succeed. */
    private boolean isDone(long end) {
        SchemaState state = SchemaState.of(flyway);
        state.requireKnown();
        if (state.isCurrent()) {
            return true; // most starts take no lock
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
            return false; // another process has migrated meanwhile
        } catch (FlywayException e) {
            if (!isLocked(e)) {
                throw e;
            }
            if (System.nanoTime() - end > 0) {
                throw new HoldfastException(
                        "the schema " + Migrations.SCHEMA + " could not be brought up to date within "
                                + timeout.toSeconds() + " s, because " + locks.holders()
                                + ". Applied migrations stay; end that transaction and run it again",
                        e);
            }
            if (!logged) {
                logged = true;
                LOG.warn("a migration waits for a lock, trying for {}: {}", DurationText.of(timeout), locks.holders());
            }
            return false;
        }
    }

    private static boolean isLocked(Throwable e) {
        return Causes.of(e, SQLException.class).anyMatch(cause -> LOCKED.contains(String.valueOf(cause.getSQLState())));
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

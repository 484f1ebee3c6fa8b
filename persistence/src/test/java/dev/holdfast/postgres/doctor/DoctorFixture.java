package dev.holdfast.postgres.doctor;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;

/** A database with the node "alive" on it, and a doctor. */
final class DoctorFixture extends TestResource {
    static final Definition<String, String> PARKS = Definition.of("parks", 1, String.class, String.class);

    final TestDatabase database = TestDatabase.migrated();
    final Jdbi jdbi = Jdbi.create(database.dataSource());
    final Holdfast engine = start();

    private Holdfast start() {
        return PostgresHoldfast.on(
                        PostgresConfig.of(database.jdbcUrl()).nodeName("alive").lease(Duration.ofSeconds(3)))
                .register(
                        PARKS,
                        (ctx, input) -> ctx.step(
                                Step.named("break").retry(RetryPolicy.exponential(Duration.ofMillis(1), 1)),
                                String.class,
                                step -> {
                                    throw new IllegalStateException("secret of " + input);
                                }))
                .start();
    }

    Holdfast gateway() {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("operator"))
                .start();
    }

    Findings examine() {
        return examine(Limits.USUAL);
    }

    Findings examine(Limits limits) {
        return new Findings(
                new Doctor(DatabaseSettings.of(database.jdbcUrl()), limits, InstantSource.system()).examine());
    }

    void execute(String sql) {
        jdbi.useHandle(handle -> handle.createScript(sql).execute());
    }

    @Override
    public void close() {
        try (database) {
            engine.close();
        }
    }
}

package dev.holdfast.samples.crash;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.samples.SamplePack;
import java.time.Duration;
import java.util.Optional;

/** Nodes in the process of the test, for faults that leave the process alive. Their ledger is never cut off. */
final class LocalNode {
    private static final String NAME = "local";

    private LocalNode() {}

    /** With its engine behind this URL; a submitter is told after {@code acceptWait} that a commit is unknown. */
    static Holdfast start(Database database, String jdbcUrl, Duration acceptWait) {
        EngineConfig limits = EngineConfig.defaults();
        Holdfast.Builder builder = PostgresHoldfast.on(
                        PostgresConfig.of(jdbcUrl).nodeName(NAME).lease(NodeProcess.LEASE))
                .config(new EngineConfig(
                        limits.loadedMax(),
                        limits.payloadMaxBytes(),
                        acceptWait,
                        limits.pollInterval(),
                        limits.backOffInMemory(),
                        limits.retentionInterval(),
                        limits.shutdownGrace()));
        SamplePack.register(builder, Optional.of(database.ledger()), false);
        return builder.start();
    }
}

package dev.holdfast.samples.crash;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.samples.SamplePack;
import java.time.Duration;

/** Nodes in the process of the test, for faults that leave the process alive. Faults never affect their ledger. */
final class LocalNode {
    private static final String NAME = "local";

    private LocalNode() {}

    /** Starts a node on this URL that reports a commit as unknown after {@code acceptWait}. */
    static Holdfast start(Database database, String jdbcUrl, Duration acceptWait) {
        return start(database, NAME, jdbcUrl, acceptWait);
    }

    /** Starts a node of this name. */
    static Holdfast start(Database database, String name, String jdbcUrl, Duration acceptWait) {
        Holdfast.Builder builder = PostgresHoldfast.on(
                        PostgresConfig.of(jdbcUrl).nodeName(name).lease(NodeProcess.LEASE))
                .config(EngineConfig.defaults().acceptWait(acceptWait));
        SamplePack.register(builder, database.ledger(), false);
        return builder.start();
    }
}

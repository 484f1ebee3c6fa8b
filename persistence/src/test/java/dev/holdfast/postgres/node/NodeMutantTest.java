package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.Batch;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.MailboxBatch;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.schema.MigrationMutant;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.spi.WorkflowKey;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guards that only a whole node shows, each with the mutant that its test finds. */
class NodeMutantTest {
    /** Gives itself back to the queue while it is in flight. */
    private static final class Careless extends WorkflowMailbox {
        Careless(CheckpointQueue queue, WorkflowKey key, int lastSeq, Runnable left) {
            super(queue, key, lastSeq, left);
        }

        @Override
        public synchronized MailboxBatch take(Batch.Room room) {
            MailboxBatch part = super.take(room);
            landed();
            return part;
        }
    }

    @Test
    void oneBatchOfAWorkflowIsInFlightAtATime() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            NodeScenarios.nextStepWaitsForTheOutcomeInFlight(database, WorkflowMailbox::new);
        }
    }

    @Test
    void twoBatchesOfAWorkflowInFlightAreFoundOut() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            assertThatThrownBy(() -> NodeScenarios.nextStepWaitsForTheOutcomeInFlight(database, Careless::new))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void lateMessageOfAReplacedConnectionDoesNothing() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            NodeScenarios.lateMessageDoesNothing(database, Migrations.LOCATION);
        }
    }

    @Test
    void lateMessageIsFoundOutWithoutTheGenerationCheck(@TempDir Path directory) throws Exception {
        String location = MigrationMutant.without("> p_generation) > 0 -- replaced", directory);
        try (TestDatabase database = TestDatabase.create()) {
            assertThatThrownBy(() -> NodeScenarios.lateMessageDoesNothing(database, location))
                    .isInstanceOf(AssertionError.class);
        }
    }
}

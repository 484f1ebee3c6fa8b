package dev.holdfast.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.WorkflowKey;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which children a node remembers. */
final class ChildStarterTest {
    @Test
    void theLatestAreRememberedAfterManyOthers() {
        try (MemoryStore store = new MemoryStore(new MemoryDatabase())) {
            ChildStarter starter = new ChildStarter(store, new SubmittableDefinitions(new Definitions(), store));
            WorkflowKey last = key(0);
            for (int i = 0; i <= 20_000; i++) {
                last = key(i);
                starter.accepted(last);
            }
            assertThat(starter.left(last)).isTrue();
            assertThat(starter.left(key(0))).isFalse();
        }
    }

    private static WorkflowKey key(int number) {
        return new WorkflowKey(0, 0, new UUID(0, number));
    }
}

package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.engine.Await;
import dev.holdfast.memory.MemoryHoldfast;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where there is no transaction, a transactional step says what to do. */
@Timeout(30)
class TransactionalOnMemoryTest {
    private static final Definition<String, String> DEFINITION =
            Definition.of("transactional", 1, String.class, String.class);

    @Test
    void theMemoryStoreRefusesAtOnceAndAdvises() {
        try (Holdfast holdfast = MemoryHoldfast.create()
                .register(
                        DEFINITION,
                        (ctx, input) -> Transactional.step(ctx, "write", String.class, (handle, step) -> input))
                .start()) {
            WorkflowHandle<String> handle = holdfast.submit(DEFINITION, "x");
            Await.until(
                    "it is parked",
                    () -> holdfast.admin().find(handle.id()).deadLetter().isPresent());
            DeadLetter letter = holdfast.admin()
                    .deadLetter(holdfast.admin().find(handle.id()).deadLetter().orElseThrow());

            assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE.name());
            assertThat(letter.error().message()).contains("PostgresHoldfast", "a stub, kit.stub(...)");
        }
    }
}

package dev.holdfast.engine.execution;

import dev.holdfast.StepScope;
import dev.holdfast.spi.HistoryEvent.Intent;

/** The scope that the body of one attempt gets. Immutable. */
record AttemptScope(Intent intent, int stepNumber, String workflowId, long epoch, String node) implements StepScope {
    @Override
    public String idempotencyKey() {
        return intent.idempotencyKey().toString();
    }

    @Override
    public int attempt() {
        return intent.attempt();
    }

    @Override
    public int position() {
        return stepNumber;
    }
}

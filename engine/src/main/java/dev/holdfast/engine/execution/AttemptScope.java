package dev.holdfast.engine.execution;

import dev.holdfast.StepScope;
import dev.holdfast.spi.HistoryEvent.Intent;

/** The scope of one attempt. */
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

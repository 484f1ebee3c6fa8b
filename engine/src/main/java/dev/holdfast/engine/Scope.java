package dev.holdfast.engine;

import dev.holdfast.StepScope;
import dev.holdfast.spi.Entry.Intent;

/** The scope of one attempt. */
record Scope(Intent intent, String workflowId, long epoch, String node) implements StepScope {
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
        return intent.position();
    }
}

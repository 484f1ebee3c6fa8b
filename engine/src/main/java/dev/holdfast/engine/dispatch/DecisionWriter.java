package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.telemetry.EngineMetrics;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes decisions on workflows that are not loaded, and tells those who wait for them. Safe for all threads. */
final class DecisionWriter {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionWriter.class);

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> ends;

    DecisionWriter(
            Store store,
            ExecutionEnvironment environment,
            Dispatcher dispatcher,
            LocalWaiters<WorkflowKey, WorkflowEnd> ends) {
        this.store = store;
        this.environment = environment;
        this.dispatcher = dispatcher;
        this.ends = ends;
    }

    /**
     * Writes a decision on a claimed workflow, whose log ends at this head. Gives back the claim when the write has
     * completed; then the future completes.
     */
    CompletableFuture<Void> write(ActionDecision.Written decision, Claim claim, Optional<WorkflowHead> head) {
        WorkflowKey key = claim.key();
        try (Mailbox mailbox =
                store.mailbox(key, head.map(WorkflowHead::lastSeq).orElse(0))) {
            CompletableFuture<Void> committed = switch (decision) {
                case ActionDecision.RecordEvent decided -> mailbox.record(decided.event(), decided.reply());
                case ActionDecision.ReplyOnly decided -> mailbox.reply(decided.reply());
            };
            return committed
                    .whenComplete((nothing, failure) -> dispatcher.unclaim(claim))
                    .thenRun(() -> announce(key, decision));
        }
    }

    private void announce(WorkflowKey key, ActionDecision.Written decision) {
        environment.replies().accept(decision.reply());
        if (decision instanceof ActionDecision.RecordEvent decided
                && decided.event() instanceof HistoryEvent.Ended ended) {
            ends.complete(key, new WorkflowEnd(ended.status(), ended.value()));
            countEnd(key, ended.status());
        }
    }

    /**
     * Counts the end on a thread of its own, because the definition must be read from the store first. An end is not
     * counted while the store is unavailable.
     */
    private void countEnd(WorkflowKey key, WorkflowStatus status) {
        EngineMetrics metrics = environment.telemetry().metrics();
        Thread.ofVirtual().start(() -> {
            try {
                store.find(key).ifPresent(found -> metrics.of(found.type()).ended(status));
            } catch (StoreUnavailableException e) {
                LOG.debug("an end is not counted", e);
            }
        });
    }
}

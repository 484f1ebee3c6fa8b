package dev.holdfast.engine;

import dev.holdfast.spi.ActionKind;
import dev.holdfast.DeadLetterSummary;
import dev.holdfast.Decision;
import dev.holdfast.DecisionRefusedException;
import dev.holdfast.HoldfastException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Asks the owners of workflows, on any node, and waits for what they decide. Safe for all threads. */
final class Decisions {
    private final Store store;
    private final Waiters<UUID, Answer> waiters;
    private final Runnable wake;
    private final EngineMetrics metrics;

    /** {@code wake} makes this node look into the inbox, in case that it is the owner. */
    Decisions(Store store, Waiters<UUID, Answer> waiters, Runnable wake, EngineMetrics metrics) {
        this.store = store;
        this.waiters = waiters;
        this.wake = wake;
        this.metrics = metrics;
    }

    /** As {@link dev.holdfast.Holdfast#cancel}; {@code act} is one of a workflow. */
    Optional<WorkflowStatus> askWorkflow(ActionKind act, WorkflowKey key, String id, Decision decision, Duration wait) {
        WorkflowSummary now = store.find(key).orElseThrow(() -> new UnknownWorkflowException(id));
        Ask ask = Ask.of(key, act, id, 0, decision);
        if (now.status().isFinal() != act.ofEnded() && answered(ask).isEmpty()) {
            throw refused(ask, id, now.status());
        }
        return ask(ask, decision, id, wait);
    }

    /** As {@link dev.holdfast.Holdfast#retry}; {@code act} is RETRY or DISCARD. */
    Optional<WorkflowStatus> askLetter(ActionKind act, String letterId, Decision decision, Duration wait) {
        DeadLetterId place = place(letterId);
        DeadLetterSummary letter = letter(letterId);
        WorkflowKey key = place.key();
        int seq = place.seq();
        Ask ask = Ask.of(key, act, letter.id(), seq, decision);
        if (!letter.open() && answered(ask).isEmpty()) {
            WorkflowStatus now = store.find(key).map(WorkflowSummary::status).orElse(WorkflowStatus.RUNNING);
            throw refused(ask, letter.workflowId(), now);
        }
        return ask(ask, decision, letter.workflowId(), wait);
    }

    /** Throws {@link UnknownDeadLetterException}. */
    DeadLetterSummary letter(String id) {
        DeadLetterId place = place(id);
        return store.administration()
                .deadLetter(place.key(), place.seq())
                .orElseThrow(() -> new UnknownDeadLetterException(id));
    }

    private DeadLetterId place(String id) {
        return store.administration().locateLetter(id).orElseThrow(() -> new UnknownDeadLetterException(id));
    }

    /** Tells those who wait for what was decided elsewhere. */
    void look() {
        Set<UUID> asked = waiters.waitedFor();
        if (!asked.isEmpty()) {
            store.answers(asked).forEach(waiters::tell);
        }
    }

    private Optional<WorkflowStatus> ask(Ask ask, Decision decision, String workflowId, Duration wait) {
        store.ask(ask, decision.context());
        wake.run();
        Optional<Answer> answer = waiters.await(ask.id(), wait, () -> answered(ask));
        if (answer.isPresent() && !answer.orElseThrow().applied()) {
            throw refusal(ask, workflowId, answer.orElseThrow().status());
        }
        metrics.decided(ask.act(), answer.isPresent() ? "applied" : "pending");
        return answer.map(Answer::status);
    }

    private Optional<Answer> answered(Ask ask) {
        return Optional.ofNullable(store.answers(List.of(ask.id())).get(ask.id()));
    }

    /** What has gone since it was asked is not refused for how it stands: it is not there. */
    private HoldfastException refusal(Ask ask, String workflowId, WorkflowStatus status) {
        HoldfastException refused = refused(ask, workflowId, status);
        if (store.find(ask.key()).isPresent()) {
            return refused;
        }
        return switch (ask.act()) {
            case CANCEL, TERMINATE, ERASE, SCRUB -> new UnknownWorkflowException(workflowId);
            case RETRY, DISCARD -> new UnknownDeadLetterException(ask.target());
        };
    }

    private DecisionRefusedException refused(Ask ask, String workflowId, WorkflowStatus status) {
        metrics.decided(ask.act(), "refused");
        String why = switch (ask.act()) {
            case CANCEL ->
                status.isFinal()
                        ? "it has ended"
                        : "its code came to no step that could be cancelled; terminate or discard it";
            case TERMINATE -> "it has ended";
            case RETRY, DISCARD -> "this dead letter is closed";
            case ERASE, SCRUB -> "it has not ended; terminate it first";
        };
        return new DecisionRefusedException(ask.verb(), workflowId, status, why);
    }
}

package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.dispatch.ActionClient;
import dev.holdfast.engine.history.HistoryPages;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Requests of operators: reads go to the store, actions to the owner of the workflow. Safe for all threads. */
final class EngineAdmin implements Admin {
    private final Store store;
    private final ActionClient actions;
    private final HistoryPages histories;
    private final BooleanSupplier ready;

    /** {@code ready} says whether this node may act. */
    EngineAdmin(Store store, ActionClient actions, Codec codec, BooleanSupplier ready) {
        this.store = store;
        this.actions = actions;
        this.histories = new HistoryPages(store, codec);
        this.ready = ready;
    }

    @Override
    public WorkflowSummary find(String id) {
        return store.find(locate(id)).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        return store.admin().list(filter);
    }

    @Override
    public Page<HistoryItem> history(String id, PageRequest page) {
        return histories.page(locate(id), page);
    }

    /** The place of the workflow. Throws {@link UnknownWorkflowException}. */
    WorkflowKey locate(String id) {
        return store.locate(id).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    @Override
    public Optional<WorkflowStatus> cancel(String id, ActionOptions options, Duration wait) {
        return actions.requestOnWorkflow(ActionKind.CANCEL, id, options, wait);
    }

    @Override
    public Optional<WorkflowStatus> terminate(String id, ActionOptions options, Duration wait) {
        return actions.requestOnWorkflow(ActionKind.TERMINATE, id, options, wait);
    }

    @Override
    public Optional<WorkflowStatus> erase(String id, ActionOptions options, Duration wait) {
        return actions.requestOnWorkflow(ActionKind.ERASE, id, options, wait);
    }

    @Override
    public Optional<WorkflowStatus> scrub(String id, ActionOptions options, Duration wait) {
        return actions.requestOnWorkflow(ActionKind.SCRUB, id, options, wait);
    }

    @Override
    public Page<DeadLetter> deadLetters(DeadLetterFilter filter) {
        return store.admin().deadLetters(filter);
    }

    @Override
    public DeadLetter deadLetter(String id) {
        return actions.letter(id);
    }

    @Override
    public Optional<WorkflowStatus> retry(String deadLetterId, ActionOptions options, Duration wait) {
        return actions.requestOnDeadLetter(ActionKind.RETRY, deadLetterId, options, wait);
    }

    @Override
    public Optional<WorkflowStatus> discard(String deadLetterId, ActionOptions options, Duration wait) {
        return actions.requestOnDeadLetter(ActionKind.DISCARD, deadLetterId, options, wait);
    }

    @Override
    public List<RetentionRule> retention() {
        return store.admin().retention();
    }

    @Override
    public void retain(RetentionRule rule, ActionOptions options) {
        store.admin().retain(rule, options);
    }

    @Override
    public boolean dropRetention(RetentionRule rule, ActionOptions options) {
        return store.admin().dropRetention(rule, options);
    }

    @Override
    public Page<AuditEntry> audit(AuditFilter filter) {
        return store.admin().audit(filter);
    }

    @Override
    public List<NodeSummary> nodes() {
        return store.admin().nodes();
    }

    @Override
    public String node() {
        return store.ownership().node();
    }

    @Override
    public boolean ready() {
        return ready.getAsBoolean();
    }

    @Override
    public List<HealthCheck> health() {
        return Readiness.checks(store, ready());
    }
}

package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.Health;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.dispatch.ActionClient;
import dev.holdfast.engine.dispatch.OpenNode;
import dev.holdfast.engine.dispatch.SubmittableDefinitions;
import dev.holdfast.engine.export.HistoryExport;
import dev.holdfast.engine.history.HistoryPages;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests of operators: reads go to the store, actions to the owner of the workflow. All of them fail once the node is
 * closed, except for questions about its health. Safe for all threads.
 */
final class EngineAdmin implements Admin {
    private final Store store;
    private final ActionClient actions;
    private final HistoryPages histories;
    private final HistoryExport export;
    private final OpenNode open;
    private final SubmittableDefinitions submittable;

    EngineAdmin(Store store, ActionClient actions, Codec codec, OpenNode open, SubmittableDefinitions submittable) {
        this.store = store;
        this.actions = actions;
        this.histories = new HistoryPages(store, codec);
        this.export = new HistoryExport(store);
        this.open = open;
        this.submittable = submittable;
    }

    @Override
    public WorkflowSummary find(String id) {
        return open.call(() -> store.find(located(id)).orElseThrow(() -> new UnknownWorkflowException(id)));
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        return open.call(() -> store.admin().list(filter));
    }

    @Override
    public Page<HistoryItem> history(String id, PageRequest page) {
        return open.call(() -> histories.page(located(id), page));
    }

    @Override
    public void exportHistory(String id, OutputStream to) {
        open.<@Nullable Void>call(() -> {
            export.write(id, to);
            return null;
        });
    }

    @Override
    public List<PublishedValue> published(String id) {
        return open.call(() -> store.published(located(id)));
    }

    /** The place of the workflow. Throws {@link UnknownWorkflowException}. */
    WorkflowKey locate(String id) {
        return open.call(() -> located(id));
    }

    private WorkflowKey located(String id) {
        return store.locate(id).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    @Override
    public Optional<WorkflowStatus> cancel(String id, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnWorkflow(ActionKind.CANCEL, id, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> terminate(String id, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnWorkflow(ActionKind.TERMINATE, id, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> pause(String id, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnWorkflow(ActionKind.PAUSE, id, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> resume(String id, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnWorkflow(ActionKind.RESUME, id, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> erase(String id, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnWorkflow(ActionKind.ERASE, id, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> scrub(String id, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnWorkflow(ActionKind.SCRUB, id, options, wait));
    }

    @Override
    public Page<DeadLetter> deadLetters(DeadLetterFilter filter) {
        return open.call(() -> store.admin().deadLetters(filter));
    }

    @Override
    public DeadLetter deadLetter(String id) {
        return open.call(() -> actions.letter(id));
    }

    @Override
    public Optional<WorkflowStatus> retry(String deadLetterId, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnDeadLetter(ActionKind.RETRY, deadLetterId, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> runAgainAnyway(String deadLetterId, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnDeadLetter(ActionKind.RUN_AGAIN, deadLetterId, options, wait));
    }

    @Override
    public Optional<WorkflowStatus> discard(String deadLetterId, ActionOptions options, Duration wait) {
        return open.call(() -> actions.requestOnDeadLetter(ActionKind.DISCARD, deadLetterId, options, wait));
    }

    @Override
    public List<RetentionRule> retention() {
        return open.call(() -> store.admin().retention());
    }

    @Override
    public void retain(RetentionRule rule, ActionOptions options) {
        open.<@Nullable Void>call(() -> {
            store.admin().retain(rule, options);
            return null;
        });
    }

    @Override
    public boolean dropRetention(RetentionRule rule, ActionOptions options) {
        return open.call(() -> store.admin().dropRetention(rule, options));
    }

    @Override
    public boolean isRestored() {
        return open.call(() -> store.admin().isRestored());
    }

    @Override
    public Page<OpenIntent> openIntents(PageRequest page) {
        return open.call(() -> store.admin().openIntents(page));
    }

    @Override
    public boolean adopt(ActionOptions options) {
        return open.call(() -> store.admin().adopt(options));
    }

    @Override
    public Page<AuditEntry> audit(AuditFilter filter) {
        return open.call(() -> store.admin().audit(filter));
    }

    @Override
    public List<DefinitionVersion> definitions() {
        return open.call(submittable::all);
    }

    @Override
    public List<NodeSummary> nodes() {
        return open.call(() -> store.admin().nodes());
    }

    @Override
    public String node() {
        return store.ownership().node();
    }

    @Override
    public boolean ready() {
        return open.isOpen() && store.ownership().leaseHeld();
    }

    @Override
    public Health health() {
        return new Health(open.isOpen() ? Readiness.open(store) : Readiness.closed());
    }
}

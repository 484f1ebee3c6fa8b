package dev.holdfast.engine;

import dev.holdfast.spi.ActionKind;
import dev.holdfast.AuditFilter;
import dev.holdfast.AuditRow;
import dev.holdfast.Codec;
import dev.holdfast.DeadLetterFilter;
import dev.holdfast.DeadLetterSummary;
import dev.holdfast.Decision;
import dev.holdfast.Definition;
import dev.holdfast.HealthCheck;
import dev.holdfast.HistoryItem;
import dev.holdfast.Holdfast;
import dev.holdfast.InvalidOptionException;
import dev.holdfast.NodeSummary;
import dev.holdfast.Page;
import dev.holdfast.RetentionRule;
import dev.holdfast.Submission;
import dev.holdfast.TypeToken;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowFilter;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.BucketListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: the parts wired together. Started by {@link EngineBuilder}; users hold it as {@link Holdfast}. Safe for all
 * threads.
 */
public final class Engine implements Holdfast {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration DROP_GRACE = Duration.ofSeconds(2);

    private final Store store;
    private final Definitions definitions;
    private final Environment environment;
    private final Dispatcher dispatcher;
    private final Endings endings;
    private final Acceptances acceptances;
    private final Feeder feeder;
    private final Decisions decisions;
    private final Lookout lookout;
    private final Rehoming rehoming;
    private final ScheduledExecutorService timeouts;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Joins, and goes on with what lies in the store as far as this node owns it. */
    Engine(
            Store store,
            Definitions definitions,
            Codec codec,
            EngineConfig config,
            AttemptOrder order,
            Telemetry telemetry)
            throws InterruptedException {
        this.store = store;
        this.definitions = definitions;
        Waiters<WorkflowKey, Ending> waiters = new Waiters<>();
        Waiters<UUID, Answer> answers = new Waiters<>();
        this.dispatcher = new Dispatcher(config.loadedMax(), waiters);
        this.timeouts = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("holdfast-timeouts").factory());
        this.environment = new Environment(codec, store.ownership(), config, order, timeouts, telemetry);
        this.endings = new Endings(store, dispatcher, waiters);
        this.acceptances = new Acceptances(store, environment, dispatcher);
        DueTimes dueTimes = new DueTimes();
        Starter starter = new Starter(store, environment, definitions, dispatcher, dueTimes);
        Inbox inbox = new Inbox(store, environment, dispatcher, starter, answers, waiters);
        this.feeder = new Feeder(store, config.pollInterval(), dispatcher, starter, inbox, dueTimes);
        this.decisions = new Decisions(store, answers, feeder::wake, telemetry.metrics());
        this.lookout = new Lookout(endings::look, decisions::look);
        this.rehoming = new Rehoming(store, dispatcher, config.retentionInterval());
        definitions.all().forEach(definition -> telemetry.metrics().of(definition.name()));
        telemetry.metrics().loaded(dispatcher::loaded);
        telemetry.metrics().oldestDue(feeder::oldestDue);
        store.join(new Owner());
        feeder.start();
        lookout.start();
        rehoming.start();
    }

    /** What this node does as the ownership of buckets comes and goes. */
    private final class Owner implements BucketListener {
        @Override
        public void gained(Set<Integer> buckets) throws InterruptedException {
            feeder.gained(buckets);
        }

        @Override
        public void vacate(Set<Integer> buckets) {
            dispatcher.stop(buckets);
        }

        @Override
        public void lost(OwnershipLostException reason) {
            LOG.error("this node has lost its ownership, all its workflows stop here: {}", reason.getMessage());
            // Interrupting is all that is left: the store refuses whatever is still written.
            feeder.lost();
            dispatcher.disown();
        }

        @Override
        public void wake() {
            feeder.wake();
        }

        @Override
        public int loaded() {
            return dispatcher.loaded();
        }
    }

    @Override
    public <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission) {
        Registered<?, ?> code = definitions.require(definition.name(), Optional.of(definition.version()));
        byte[] bytes = environment.codec().encode(input, definition.input());
        TypeToken<O> output = definition.output();
        Codec codec = environment.codec();
        var accepted = acceptances.accept(code, bytes, submission);
        return new Handle<>(
                endings, codec, accepted.key(), accepted.id(), accepted.execution(), b -> codec.decode(b, output));
    }

    @Override
    public WorkflowHandle<byte[]> submitJson(
            String type, Optional<Integer> version, byte[] input, Submission submission) {
        Registered<?, ?> code = definitions.require(type, version);
        environment.codec().decodeStrictly(input, code.definition().input());
        var accepted = acceptances.accept(code, input, submission);
        return new Handle<>(
                endings, environment.codec(), accepted.key(), accepted.id(), accepted.execution(), bytes -> bytes);
    }

    @Override
    public WorkflowHandle<byte[]> handle(String id) {
        return new Handle<>(endings, environment.codec(), locate(id), id, null, bytes -> bytes);
    }

    @Override
    public WorkflowSummary find(String id) {
        return store.find(locate(id)).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    @Override
    public Page<WorkflowSummary> list(WorkflowFilter filter) {
        return store.administration().list(filter);
    }

    @Override
    public Page<HistoryItem> history(String id, Optional<String> cursor, int limit) {
        if (limit < 1 || limit > WorkflowFilter.LIMIT_MAX) {
            throw new InvalidOptionException(
                    "limit", "limit is " + limit + ": expected 1 to " + WorkflowFilter.LIMIT_MAX);
        }
        WorkflowKey key = locate(id);
        return new HistoryPages(store, environment.codec()).page(key, cursor, limit);
    }

    private WorkflowKey locate(String id) {
        return store.locate(id).orElseThrow(() -> new UnknownWorkflowException(id));
    }

    @Override
    public Optional<WorkflowStatus> cancel(String id, Decision decision, Duration wait) {
        return decisions.askWorkflow(ActionKind.CANCEL, locate(id), id, decision, wait);
    }

    @Override
    public Optional<WorkflowStatus> terminate(String id, Decision decision, Duration wait) {
        return decisions.askWorkflow(ActionKind.TERMINATE, locate(id), id, decision, wait);
    }

    @Override
    public Optional<WorkflowStatus> erase(String id, Decision decision, Duration wait) {
        return decisions.askWorkflow(ActionKind.ERASE, locate(id), id, decision, wait);
    }

    @Override
    public Optional<WorkflowStatus> scrub(String id, Decision decision, Duration wait) {
        return decisions.askWorkflow(ActionKind.SCRUB, locate(id), id, decision, wait);
    }

    @Override
    public Page<DeadLetterSummary> deadLetters(DeadLetterFilter filter) {
        return store.administration().deadLetters(filter);
    }

    @Override
    public DeadLetterSummary deadLetter(String id) {
        return decisions.letter(id);
    }

    @Override
    public Optional<WorkflowStatus> retry(String deadLetterId, Decision decision, Duration wait) {
        return decisions.askLetter(ActionKind.RETRY, deadLetterId, decision, wait);
    }

    @Override
    public Optional<WorkflowStatus> discard(String deadLetterId, Decision decision, Duration wait) {
        return decisions.askLetter(ActionKind.DISCARD, deadLetterId, decision, wait);
    }

    @Override
    public List<RetentionRule> retention() {
        return store.administration().retention();
    }

    @Override
    public void retain(RetentionRule rule, Decision decision) {
        store.administration().retain(rule, decision);
    }

    @Override
    public boolean dropRetention(RetentionRule rule, Decision decision) {
        return store.administration().dropRetention(rule, decision);
    }

    @Override
    public Page<AuditRow> audit(AuditFilter filter) {
        return store.administration().audit(filter);
    }

    @Override
    public List<NodeSummary> nodes() {
        return store.administration().nodes();
    }

    @Override
    public Collection<Definition<?, ?>> definitions() {
        return definitions.all();
    }

    /** Whether this node may act: it owns its buckets and its lease runs. Asked by health checks. */
    public boolean ready() {
        return !closed.get() && environment.ownership().leaseHeld();
    }

    /** Each thing that must hold for this node to take work. May wait for the database, 2 s at most. */
    public List<HealthCheck> checks() {
        return Readiness.checks(store, ready());
    }

    /** The name under which this node is known. */
    public String node() {
        return environment.ownership().node();
    }

    /** What has stopped goes on at once on another node, while the rest still ends here. */
    private void leave() {
        try {
            store.leave();
        } catch (RuntimeException e) {
            LOG.debug("others take over when this node has closed", e);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        acceptances.close();
        try {
            feeder.close();
            rehoming.close();
            leave();
            lookout.close();
            if (!dispatcher.stopAll(environment.config().shutdownGrace()) && !dispatcher.dropAll(DROP_GRACE)) {
                LOG.warn("some bodies did not end when interrupted; what they return is dropped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            timeouts.shutdownNow();
            environment.telemetry().metrics().close();
            store.close();
        }
    }
}

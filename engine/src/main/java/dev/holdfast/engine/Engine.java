package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.dispatch.ActionClient;
import dev.holdfast.engine.dispatch.CheckedSubmissions;
import dev.holdfast.engine.dispatch.ChildStarter;
import dev.holdfast.engine.dispatch.Definitions;
import dev.holdfast.engine.dispatch.Dispatcher;
import dev.holdfast.engine.dispatch.DueTimes;
import dev.holdfast.engine.dispatch.Inbox;
import dev.holdfast.engine.dispatch.LocalWaiters;
import dev.holdfast.engine.dispatch.OpenNode;
import dev.holdfast.engine.dispatch.RemoteResultPoller;
import dev.holdfast.engine.dispatch.ResultAwaiter;
import dev.holdfast.engine.dispatch.SignalDelivery;
import dev.holdfast.engine.dispatch.SignalSender;
import dev.holdfast.engine.dispatch.SubmissionHandler;
import dev.holdfast.engine.dispatch.Submittable;
import dev.holdfast.engine.dispatch.SubmittableDefinitions;
import dev.holdfast.engine.dispatch.VersionWaker;
import dev.holdfast.engine.dispatch.WorkPoller;
import dev.holdfast.engine.dispatch.WorkflowLoader;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.engine.execution.BodyTimer;
import dev.holdfast.engine.execution.CallbackTokens;
import dev.holdfast.engine.execution.CallbackUrls;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.FailureLog;
import dev.holdfast.engine.execution.Platform;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.feed.EventFeed;
import dev.holdfast.engine.retention.EraRehoming;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.SubmissionEncoder;
import dev.holdfast.spi.WorkflowKey;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: the parts wired together. Started by {@link EngineBuilder}; users hold it as {@link Holdfast}. Safe for all
 * threads. The HTTP server also reads what it shares with the engine.
 */
public final class Engine implements Holdfast {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration DROP_GRACE = Duration.ofSeconds(2);

    private final Store store;
    private final Definitions definitions;
    private final SubmittableDefinitions submittable;
    private final ExecutionEnvironment environment;
    private final Dispatcher dispatcher;
    private final ResultAwaiter results;
    private final SubmissionHandler submissions;
    private final CheckedSubmissions checked;
    private final SignalSender signalSender;
    private final WorkflowLoader loader;
    private final WorkPoller poller;
    private final EngineAdmin admin;
    private final RemoteResultPoller remoteResults;
    private final EventFeed feed;
    private final RemoteResultPoller feedPoller;
    private final EraRehoming rehoming;
    private final ScheduledExecutorService timeouts;
    private final OpenNode open = new OpenNode();
    private final LocalWaiters<WorkflowKey, WorkflowEnd> waiters = new LocalWaiters<>();
    private final LocalWaiters<UUID, ActionResult> actionWaiters = new LocalWaiters<>();

    /** Joins, and continues the workflows in the store that this node owns. */
    Engine(
            Store store,
            Definitions definitions,
            Codec codec,
            EngineConfig config,
            AttemptOrder order,
            Platform platform,
            EngineTelemetry telemetry)
            throws InterruptedException {
        this.store = store;
        this.definitions = definitions;
        this.submittable = new SubmittableDefinitions(definitions, store);
        ThreadFactory threads = platform.workflows();
        this.dispatcher = new Dispatcher(config.loadedMax(), config.loadedMaxBytes(), waiters, threads);
        this.timeouts = BodyTimer.start(platform);
        SignalDelivery signals = new SignalDelivery(store, dispatcher);
        ChildStarter children = new ChildStarter(store, submittable);
        this.environment = new ExecutionEnvironment(
                codec,
                store.ownership(),
                config,
                order,
                timeouts,
                new FailureLog(timeouts, store::idOf),
                telemetry,
                signals,
                new CallbackUrls(new CallbackTokens(store.callbackSecret()), config.callbackBaseUrl()),
                children,
                platform,
                threads,
                store.transactions(),
                reply -> actionWaiters.complete(reply.action().id(), reply.result()));
        this.results = new ResultAwaiter(store, dispatcher, waiters);
        DueTimes dueTimes = new DueTimes(platform::nanoTime);
        this.loader = new WorkflowLoader(store, environment, definitions, dispatcher, dueTimes);
        Inbox inbox = new Inbox(store, environment, dispatcher, loader, signals, waiters);
        VersionWaker versions = new VersionWaker(store, definitions, config.pollInterval());
        this.poller = new WorkPoller(
                store, config.pollInterval(), dispatcher, loader, inbox, dueTimes, versions, children, platform);
        children.onWork(poller::wake);
        this.signalSender = new SignalSender(
                store,
                codec,
                config.signalMaxBytes(),
                environment.callbackUrls().tokens(),
                poller::wake);
        this.checked = new CheckedSubmissions(submittable, environment, dispatcher, open, signalSender);
        this.submissions = new SubmissionHandler(store, environment, dispatcher, open, signalSender, checked);
        ActionClient actions = new ActionClient(store, actionWaiters, poller::wake, telemetry.metrics());
        this.admin = new EngineAdmin(store, actions, codec, open, submittable);
        this.remoteResults = new RemoteResultPoller(platform, "holdfast-results", results::poll, actions::poll);
        this.feed = new EventFeed(store, open, admin::locate);
        this.feedPoller = new RemoteResultPoller(platform, "holdfast-feed", feed::poll);
        this.rehoming =
                new EraRehoming(store, dispatcher, platform.daemons("holdfast-retention"), config.retentionInterval());
        definitions.all().forEach(definition -> telemetry.metrics().of(definition.name()));
        telemetry.metrics().loaded(dispatcher::loaded);
        telemetry.metrics().oldestDue(poller::oldestDue);
        if (definitions.isEmpty()) {
            LOG.info("this node registers no workflows, so it is a gateway: it runs nothing, and accepts and"
                    + " shows those of the other nodes");
        }
        store.join(new Owner(), definitions.versions());
        loader.start();
        poller.start();
        remoteResults.start();
        feedPoller.start();
        rehoming.start();
    }

    /** Reacts to changes of the ownership of buckets. */
    private final class Owner implements OwnershipListener {
        @Override
        public void gained(Set<Integer> buckets) throws InterruptedException {
            poller.gained(buckets);
        }

        @Override
        public void vacate(Set<Integer> buckets) {
            dispatcher.stop(buckets);
        }

        @Override
        public void lost(OwnershipLostException reason) {
            LOG.error("this node has lost its ownership, all its workflows stop here: {}", reason.getMessage());
            // Only the interrupt is left: the store refuses what these executions still write.
            poller.lost();
            dispatcher.disown();
        }

        @Override
        public void wake() {
            poller.wake();
        }

        @Override
        public int loaded() {
            return dispatcher.loaded();
        }
    }

    @Override
    public <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission) {
        return open.call(() -> {
            Submittable accepted = submittable.require(Definitions.versionOf(definition));
            byte[] bytes = checked.input(definition, input);
            Codec codec = environment.codec();
            TypeToken<O> output = definition.output();
            return accept(accepted, bytes, submission, result -> codec.decode(result, output));
        });
    }

    @Override
    public WorkflowHandle<byte[]> submitJson(String definition, byte[] input, Submission submission) {
        return open.call(() -> acceptJson(submittable.newest(definition), input, submission));
    }

    @Override
    public WorkflowHandle<byte[]> submitJson(String definition, int version, byte[] input, Submission submission) {
        return open.call(
                () -> acceptJson(submittable.require(new DefinitionVersion(definition, version)), input, submission));
    }

    /** Without the code only the form of the input is checked, as its digest is computed. */
    private WorkflowHandle<byte[]> acceptJson(Submittable definition, byte[] input, Submission submission) {
        definition
                .code()
                .ifPresent(code -> environment
                        .codec()
                        .decodeStrictly(input, code.definition().input()));
        return accept(definition, input, submission, result -> result);
    }

    private <O> WorkflowHandle<O> accept(
            Submittable definition, byte[] input, Submission submission, Function<byte[], @Nullable O> decoder) {
        SubmissionHandler.Accepted accepted = submissions.accept(definition, input, submission);
        return new EngineHandle<>(
                open, results, environment.codec(), accepted.key(), accepted.id(), accepted.execution(), decoder);
    }

    @Override
    public <T> String signal(String workflowId, Signal<T> signal, T payload) {
        return signal(workflowId, signal, payload, UUID.randomUUID().toString());
    }

    @Override
    public <T> String signal(String workflowId, Signal<T> signal, T payload, String key) {
        return open.call(() -> signalSender.send(workflowId, signal, payload, key));
    }

    @Override
    public String signalJson(String workflowId, String name, byte[] payload) {
        return signalJson(workflowId, name, payload, UUID.randomUUID().toString());
    }

    @Override
    public String signalJson(String workflowId, String name, byte[] payload, String key) {
        return open.call(() -> signalSender.sendJson(workflowId, name, payload, key));
    }

    @Override
    public void acceptCallback(String token, byte[] payload) {
        String unused = open.call(() -> signalSender.answer(token, payload));
    }

    /** The server of this node has started at this address, where it serves callbacks. */
    public void serveCallbacksAt(String baseUrl) {
        environment.callbackUrls().serveAt(baseUrl);
    }

    @Override
    public WorkflowHandle<byte[]> handle(String id) {
        return handle(id, bytes -> bytes);
    }

    @Override
    public <I, O> WorkflowHandle<O> handle(Definition<I, O> definition, String id) {
        return handle(id, bytes -> environment.codec().decode(bytes, definition.output()));
    }

    private <O> WorkflowHandle<O> handle(String id, Function<byte[], @Nullable O> decoder) {
        return new EngineHandle<>(open, results, environment.codec(), admin.locate(id), id, null, decoder);
    }

    @Override
    public Collection<Definition<?, ?>> definitions() {
        return definitions.all();
    }

    @Override
    public Admin admin() {
        return admin;
    }

    /** The receiver of metrics and traces: that of {@link Holdfast.Builder#telemetry}. */
    public OpenTelemetry telemetry() {
        return environment.telemetry().receiver();
    }

    /** What callers of this node watch. */
    public EventFeed feed() {
        return feed;
    }

    /** Checks what others write by the rules of this engine: {@code Enqueue} of the store. */
    public SubmissionEncoder encoder() {
        return checked;
    }

    /** A part of the store that this engine does not use: {@link Store#extension}. */
    public <T> Optional<T> extension(Class<T> type) {
        return store.extension(type);
    }

    /** Lets other nodes take over workflows that have stopped here, while others still end. */
    private void drain() {
        try {
            store.drain();
        } catch (RuntimeException e) {
            LOG.debug("other nodes take over when this node has closed", e);
        }
    }

    @Override
    public void close() {
        if (dispatcher.runsThisThread()) {
            throw new IllegalStateException("the code of a workflow cannot close its own node, which waits for that"
                    + " code to end: close it from the thread that started it, or from one that no workflow waits for");
        }
        if (!open.close()) {
            return;
        }
        waiters.close();
        actionWaiters.close();
        feed.close();
        try {
            poller.close();
            loader.close();
            rehoming.close();
            drain();
            remoteResults.close();
            feedPoller.close();
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

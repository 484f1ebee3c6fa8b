package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Branch;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Await;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.wire.PgProxy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Traces, and the metrics of the ownership, where one node is killed and another one takes over. */
@Timeout(90)
class TraceTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Definition<String, String> WAITS = Definition.of("waits", 1, String.class, String.class);
    private static final Definition<String, String> PARENT = Definition.of("parent", 1, String.class, String.class);
    private static final Definition<String, String> CHILD = Definition.of("child", 1, String.class, String.class);
    private static final Definition<String, String> SURVEY = Definition.of("survey", 1, String.class, String.class);
    private static final RetryPolicy SELDOM = RetryPolicy.exponential(Duration.ofHours(1), 5);
    private static final int LOADED_MAX = 2;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("holdfast.step.attempt");
    private static final AttributeKey<String> KEY = AttributeKey.stringKey("holdfast.step.idempotency_key");
    private static final AttributeKey<String> BRANCH = AttributeKey.stringKey("holdfast.step.branch");
    private static final AttributeKey<Long> POSITION = AttributeKey.longKey("holdfast.step.position");
    private static final AttributeKey<String> WORKFLOW = AttributeKey.stringKey("holdfast.workflow.id");
    private static final AttributeKey<String> NODE = AttributeKey.stringKey("holdfast.node");
    private static final String OWNED = """
            select count(*) from generate_series(0, 255) b join holdfast.incarnation i on i.id = holdfast.owner(b)
            join holdfast.node n using (number) where n.name = ?""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Watched a = Watched.start();
    private final Watched b = Watched.start();
    private final Semaphore inSecond = new Semaphore(0);
    private final CountDownLatch gate = new CountDownLatch(1);
    private PgProxy wire;

    @BeforeEach
    void migrate() {
        wire = new PgProxy(database.jdbcUrl());
    }

    @AfterEach
    void close() throws IOException {
        gate.countDown();
        wire.close();
        a.close();
        b.close();
    }

    private Holdfast start(String name, String url, Watched watched) {
        PostgresConfig config = TestNode.config(url).nodeName(name);
        var dataSource = TestNode.dataSource(url);
        return EngineBuilder.on(telemetry -> new PostgresStore(dataSource, dataSource, () -> {}, config, telemetry))
                .config(EngineConfig.defaults().loadedMax(LOADED_MAX).shutdownGrace(Duration.ZERO))
                .telemetry(watched.sdk())
                .register(WORK, this::run)
                .register(WAITS, TraceTest::runLater)
                .register(PARENT, TraceTest::runFamily)
                .register(CHILD, TraceTest::runChild)
                .register(SURVEY, (ctx, input) -> input)
                .start();
    }

    /** The second step stays in its body for as long as its node lives. */
    private String run(WorkflowContext ctx, String input) {
        ctx.run("first", step -> {});
        return ctx.step("second", String.class, step -> {
            inSecond.release();
            if (step.attempt() == 1) {
                gate.await();
            }
            return Span.current().getSpanContext().getTraceId();
        });
    }

    /** In a branch, which has a thread of its own. */
    private static String runFamily(WorkflowContext ctx, String input) {
        ctx.start(SURVEY, input);
        return ctx.all(List.<Branch<String>>of(branch -> branch.child(CHILD, input)))
                .getFirst();
    }

    /** The step is the first one, behind another call. */
    private static String runChild(WorkflowContext ctx, String input) {
        return ctx.all(List.<Branch<String>>of(branch -> {
                    branch.now();
                    return branch.step("answer", String.class, step -> "child of " + input);
                }))
                .getFirst();
    }

    private static String runLater(WorkflowContext ctx, String input) {
        return ctx.step(Step.named("call").retry(SELDOM), String.class, step -> {
            throw new IllegalStateException("not now");
        });
    }

    private void awaitOwned(String node, long buckets) {
        Await.until(
                node + " owns " + buckets,
                () -> JdbiFactory.on(database.dataSource())
                                .withHandle(handle -> handle.select(OWNED, node)
                                        .mapTo(Long.class)
                                        .one())
                        == buckets);
    }

    @Test
    void aWorkflowThatIsTakenOverStaysInItsTrace() throws Exception {
        SpanContext caller;
        try (Holdfast second = start("b", database.jdbcUrl(), b);
                Holdfast first = start("a", wire.jdbcUrl(), a)) {
            awaitOwned("a", 128);
            Span span = a.sdk().getTracer("test").spanBuilder("caller").startSpan();
            caller = span.getSpanContext();
            WorkflowHandle<String> submitted = Context.root()
                    .with(span)
                    .wrapSupplier(() -> first.submit(WORK, "x"))
                    .get();
            span.end();
            inSecond.acquire();

            wire.refuse(true); // as if it was killed
            assertThat(second.handle(submitted.id()).result(WAIT)).asString().contains(caller.getTraceId());
            wire.refuse(false);
            Await.until("the first node knows that it is not the owner", () -> a.sum("holdfast.fenced") == 1);
            Await.until("its run has ended", () -> !a.ended("run work").isEmpty());
        }
        SpanData submission = a.span("submit work");
        assertThat(submission.getParentSpanContext().getSpanId()).isEqualTo(caller.getSpanId());
        for (Map.Entry<String, Watched> node : Map.of("a", a, "b", b).entrySet()) {
            SpanData run = node.getValue().span("run work");
            assertThat(run.getTraceId()).isEqualTo(caller.getTraceId());
            assertThat(run.getParentSpanContext().getSpanId()).isEqualTo(submission.getSpanId());
            assertThat(run.getAttributes().get(NODE)).isEqualTo(node.getKey());
            SpanData step = node.getValue().span("step second");
            assertThat(step.getParentSpanContext().getSpanId()).isEqualTo(run.getSpanId());
            assertThat(step.getAttributes().get(ATTEMPT))
                    .isEqualTo(node.getKey().equals("a") ? 1 : 2);
        }
        assertThat(b.span("step second").getAttributes().get(KEY))
                .isEqualTo(a.span("step second").getAttributes().get(KEY));
        assertThat(b.ended("step first")).as("replayed, so no attempt").isEmpty();
        assertThat(b.sum("holdfast.workflows.interrupted")).isEqualTo(1);
        assertThat(b.sum("holdfast.buckets.taken_over")).isEqualTo(128);
        assertThat(b.sum("holdfast.fenced")).isZero();
        assertThat(a.sum("holdfast.database.outages")).isEqualTo(1);
        assertThat(b.sum("holdfast.database.outages")).isZero();
    }

    @Test
    void aChildBelongsToTheTraceOfItsParent() {
        Map<String, String> ids;
        try (Holdfast node = start("b", database.jdbcUrl(), b)) {
            WorkflowHandle<String> parent = node.submit(PARENT, "x");
            assertThat(parent.result(WAIT)).isEqualTo("child of x");
            Await.until("the detached one has run", () -> !b.ended("run survey").isEmpty());
            ids = node.admin().list(WorkflowFilter.newest(5)).items().stream()
                    .collect(Collectors.toMap(WorkflowSummary::type, WorkflowSummary::id));
        }
        SpanData answer = b.span("step answer");
        assertThat(answer.getAttributes().get(BRANCH)).isEqualTo("0.0");
        assertThat(answer.getAttributes().get(POSITION)).isZero();
        SpanData submitted = b.span("submit parent");
        for (String started : List.of("child", "survey")) {
            SpanData start = b.span("submit " + started);
            assertThat(start.getAttributes().get(WORKFLOW)).isEqualTo(ids.get(started));
            assertThat(b.ended("run parent")).extracting(SpanData::getSpanId).contains(start.getParentSpanId());
            assertThat(b.ended("run " + started))
                    .allSatisfy(run -> assertThat(run.getParentSpanId()).isEqualTo(start.getSpanId()))
                    .allSatisfy(run -> assertThat(run.getTraceId()).isEqualTo(submitted.getTraceId()))
                    .isNotEmpty();
        }
    }

    @Test
    void aWaitIsNoOpenSpan() {
        try (Holdfast node = start("b", database.jdbcUrl(), b)) {
            String id = node.submit(WAITS, "x").id();
            Await.until("it waits", () -> node.admin().find(id).status() == WorkflowStatus.WAITING);
            Await.until("its run has ended", () -> b.ended("run waits").size() == 1);
            assertThat(b.span("step call").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(b.span("step call").getEvents())
                    .extracting(event -> event.getName())
                    .containsExactly("exception");
            assertThat(b.span("run waits").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        }
    }

    @Test
    void aFullNodeTellsHowLateItIs() {
        try (Holdfast node = start("b", database.jdbcUrl(), b)) {
            for (int i = 0; i < LOADED_MAX; i++) {
                node.submit(WORK, "x");
            }
            inSecond.acquireUninterruptibly(LOADED_MAX);
            assertThat(b.gauge("holdfast.due.oldest")).isZero();
            WorkflowHandle<String> late = node.submit(WORK, "x");
            Await.until("it is late", () -> b.gauge("holdfast.due.oldest") > 1);
            gate.countDown();
            late.result(WAIT);
            Await.until("nothing is late", () -> b.gauge("holdfast.due.oldest") == 0);
        }
    }
}

package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepRejectedException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.http.RawRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The metrics of a workload with failures, on a real PostgreSQL. */
@Timeout(120)
class MetricsTest {
    private static final RetryPolicy QUICK = RetryPolicy.exponential(Duration.ofMillis(1), 3);
    private static final RetryPolicy SELDOM = RetryPolicy.exponential(Duration.ofHours(1), 3);
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `([a-z_]+)` \\|", Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("^# TYPE ([a-z_]+) ", Pattern.MULTILINE);
    private static final String REASON = "{\"reason\":\"a test\"}";

    /** Metrics that are updated after the response, or periodically. */
    private static final String LATE = """
            holdfast_workflows_open{status="RUNNING"} 1
            holdfast_workflows_ended_total{definition="broken",status="FAILED"} 1
            """;

    private static final String EXPECTED = """
            holdfast_workflows_accepted_total{definition="good"} 4.0
            holdfast_workflows_joined_total{definition="good"} 1.0
            holdfast_workflows_accepted_total{definition="held"} 1.0
            holdfast_workflows_interrupted_total{definition="good"} 0.0
            holdfast_workflows_ended_total{definition="good",status="COMPLETED"} 4.0
            holdfast_workflows_ended_total{definition="good",status="FAILED"} 0.0
            holdfast_workflows_ended_total{definition="declined",status="FAILED"} 1.0
            holdfast_workflows_ended_total{definition="broken",status="FAILED"} 1.0
            holdfast_workflows_parked_total{cause="RETRIES_EXHAUSTED",definition="broken"} 2.0
            holdfast_workflows_parked_total{cause="RETRIES_EXHAUSTED",definition="slow"} 1.0
            holdfast_workflows_parked_total{cause="POISON",definition="good"} 0.0
            holdfast_steps_total{definition="good",outcome="succeeded"} 8.0
            holdfast_steps_total{definition="declined",outcome="rejected"} 1.0
            holdfast_steps_total{definition="flaky",outcome="succeeded"} 1.0
            holdfast_attempt_duration_seconds_count{definition="flaky",outcome="failed"} 2.0
            holdfast_attempt_duration_seconds_count{definition="flaky",outcome="succeeded"} 1.0
            holdfast_attempt_duration_seconds_count{definition="slow",outcome="timed-out"} 1.0
            holdfast_attempt_duration_seconds_count{definition="broken",outcome="failed"} 2.0
            holdfast_accept_to_first_step_seconds_count{definition="good"} 4.0
            holdfast_accept_to_first_step_seconds_count{definition="flaky"} 1.0
            holdfast_schedule_to_start_seconds_count{definition="broken"} 1.0
            holdfast_decisions_total{action="RETRY",outcome="applied"} 1.0
            holdfast_decisions_total{action="RETRY",outcome="refused"} 1.0
            holdfast_decisions_total{action="DISCARD",outcome="applied"} 1.0
            holdfast_workflows_loaded 1.0
            holdfast_workflows_open{status="WAITING"} 1.0
            holdfast_workflows_open{status="DEAD_LETTERED"} 1.0
            holdfast_workflows_open{status="PAUSED"} 0.0
            holdfast_workflows_waiting{kind="retry"} 1.0
            holdfast_workflows_waiting{kind="signal"} 0.0
            holdfast_workflows_waiting{kind="child"} 0.0
            holdfast_workflows_open{status="QUEUED"} 0.0
            holdfast_queue_records 0.0
            holdfast_queue_bytes 0.0
            holdfast_buckets_owned 256.0
            holdfast_buckets_taken_over_total 0.0
            holdfast_fenced_total 0.0
            holdfast_database_outages_total 0.0
            holdfast_due_oldest_seconds 0.0
            holdfast_pool_connections{state="waiting"} 0.0
            holdfast_event_streams 0.0
            holdfast_http_refused_total{code="UNAUTHENTICATED"} 0.0
            holdfast_http_refused_total{code="FOREIGN_HOST"} 1.0
            http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="409",\
            http_route="/v1/dead-letters/{id}/retry"} 1.0
            """;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Semaphore inBody = new Semaphore(0);
    private final CountDownLatch gate = new CountDownLatch(1);
    private int port;
    private Node node;
    private TestClient client;

    private static Definition<String, String> definition(String name) {
        return Definition.of(name, 1, String.class, String.class);
    }

    private Holdfast.Builder register(Holdfast.Builder builder) {
        return builder.register(definition("good"), (ctx, in) -> {
                    ctx.run("one", step -> {});
                    return ctx.step("two", String.class, step -> in);
                })
                .register(definition("declined"), (ctx, in) -> {
                    try {
                        ctx.run(Step.named("charge").rejects(IllegalStateException.class), step -> {
                            throw new IllegalStateException("declined");
                        });
                    } catch (StepRejectedException e) {
                        throw new WorkflowFailedException("declined");
                    }
                    return in;
                })
                .register(
                        definition("flaky"),
                        (ctx, in) -> ctx.step(Step.named("call").retry(QUICK), String.class, step -> {
                            if (step.attempt() < 3) {
                                throw new IllegalStateException("not now");
                            }
                            return in;
                        }))
                .register(
                        definition("broken"),
                        (ctx, in) -> ctx.step(Step.named("call").retry(RetryPolicy.never()), String.class, step -> {
                            throw new IllegalStateException("broken");
                        }))
                .register(
                        definition("patient"),
                        (ctx, in) -> ctx.step(Step.named("call").retry(SELDOM), String.class, step -> {
                            throw new IllegalStateException("not now");
                        }))
                .register(
                        definition("slow"),
                        (ctx, in) -> ctx.step(
                                Step.named("call")
                                        .timeout(Duration.ofMillis(20))
                                        .retry(RetryPolicy.never()),
                                String.class,
                                step -> {
                                    gate.await();
                                    return in;
                                }))
                .register(
                        definition("held"),
                        (ctx, in) -> ctx.step("call", String.class, step -> {
                            inBody.release();
                            gate.await();
                            return in;
                        }));
    }

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        NodeConfig config = NodeConfig.named(
                "watched",
                ServerConfig.of(new Settings(Map.of("port", String.valueOf(port)))),
                StoreConfig.postgres(DatabaseSettings.of(database.jdbcUrl())));
        node = new Node(config, (builder, dataSource, allowHalt) -> register(builder));
        node.start();
        client = new TestClient(() -> "http://127.0.0.1:" + port);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        client.close();
        node.close();
    }

    private void run(String type, String... headers) {
        String[] all = Stream.concat(Stream.of("Prefer", "wait=20"), Arrays.stream(headers))
                .toArray(String[]::new);
        client.post("/v1/workflows/" + type, "\"x\"", all);
    }

    /** A sample by its name and labels, as the text format has it. */
    private Map<String, Double> metrics() {
        return parse(client.get("/metrics").body());
    }

    private static Map<String, Double> parse(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private long count(String sql) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String waitFor(String type, String status) {
        String id = client.post("/v1/workflows/" + type, "\"x\"").text("id");
        Deadline.until(() -> client.get("/v1/workflows/" + id).text("status"), status::equals);
        return id;
    }

    @Test
    void allMetricsMoveToTheRightValues() throws Exception {
        for (int i = 0; i < 3; i++) {
            run("good");
        }
        run("good", "Idempotency-Key", "k");
        run("good", "Idempotency-Key", "k");
        run("declined");
        run("flaky");
        run("slow");
        RawRequest.send(port, "GET /v1/nodes HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                .assertProblem(403, "FOREIGN_HOST");
        waitFor("patient", "WAITING");
        String broken = waitFor("broken", "DEAD_LETTERED");
        String letter = client.get("/v1/workflows/" + broken).text("deadLetter");
        client.post("/v1/dead-letters/" + letter + "/retry?wait=20", REASON)
                .assertStatus()
                .isEqualTo(200);
        client.post("/v1/dead-letters/" + letter + "/retry?wait=20", REASON)
                .assertStatus()
                .isEqualTo(409);
        String second = Deadline.until(
                () -> client.get("/v1/workflows/" + broken).text("deadLetter"),
                now -> !now.equals(letter) && !now.isEmpty());
        client.post("/v1/dead-letters/" + second + "/discard?wait=20", REASON)
                .assertStatus()
                .isEqualTo(200);
        client.post("/v1/workflows/held", "\"x\"");
        inBody.acquire();
        Deadline.until(
                this::metrics, now -> now.entrySet().containsAll(parse(LATE).entrySet()));

        Map<String, Double> metrics = metrics();
        assertThat(metrics).containsAllEntriesOf(parse(EXPECTED));
        assertThat(metrics.get("holdfast_batch_records_sum"))
                .isEqualTo((double) count("select count(*) from holdfast.log"));
        assertThat(metrics.get("holdfast_lease_age_seconds")).isBetween(0.0, 15.0);
        assertThat(metrics.get("holdfast_batch_duration_seconds_count"))
                .isEqualTo(metrics.get("holdfast_batch_records_count"));
        assertThat(metrics.get("holdfast_batch_duration_seconds_sum")).isPositive();
        assertThat(metrics.get("holdfast_commit_duration_seconds_sum")).isPositive();
        assertThat(metrics.get("holdfast_attempt_duration_seconds_sum{definition=\"slow\",outcome=\"timed-out\"}"))
                .isGreaterThanOrEqualTo(0.02);
    }

    @Test
    void theyAreTheDocumentedOnes() throws Exception {
        run("good");
        execute("insert into holdfast.open_workflow (due, bucket, era, uid, status, waits)"
                + " values (now() + interval '1 h', 0, 1, gen_random_uuid(), 'WAITING', array['version:gone/7'])");
        client.post("/v1/workflows/nobody/cancel", REASON).assertStatus().isEqualTo(404);
        String held = client.post("/v1/workflows/held", "\"x\"").text("id");
        client.post("/v1/workflows/" + held + "/cancel", REASON);
        waitFor("broken", "DEAD_LETTERED");
        String letter = client.get("/v1/dead-letters")
                .json()
                .path("items")
                .path(0)
                .path("id")
                .asString();
        client.post("/v1/dead-letters/" + letter + "/retry?wait=20", REASON)
                .assertStatus()
                .isEqualTo(200);
        Deadline.until(this::metrics, now -> now.containsKey("holdfast_workflows_open{status=\"RUNNING\"}"));
        Deadline.until(
                () -> metrics().get("holdfast_workflows_version_missing{version=\"gone/7\"}"),
                Double.valueOf(1)::equals);
        Deadline.until(
                this::metrics,
                now -> now.containsKey("holdfast_schedule_to_start_seconds_count{definition=\"broken\"}"));
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        Set<String> documented = DOCUMENTED
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> served = TYPE.matcher(client.get("/metrics").body())
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.equals("target_info"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(served).isEqualTo(documented).hasSizeGreaterThan(24);
    }
}

package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.engine.Await;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node says of itself. Its writers and its heartbeat go by a proxy, its reads do not. */
@Timeout(120)
class NodeHealthTest {
    private static final Definition<String, String> ECHO = Definition.of("echo", 1, String.class, String.class);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final PgProxy proxy = new PgProxy(database.jdbcUrl());
    private final Holdfast engine;

    NodeHealthTest() {
        engine = EngineBuilder.on(this::store)
                .register(ECHO, (ctx, input) -> input)
                .start();
    }

    private PostgresStore store(OpenTelemetry telemetry) {
        PostgresConfig small = TestNode.config(proxy.jdbcUrl()).queueMaxEntries(4);
        return new PostgresStore(
                TestNode.dataSource(proxy.jdbcUrl()), database.dataSource(), () -> {}, small, telemetry);
    }

    @AfterEach
    void close() throws IOException {
        release();
        engine.close();
        proxy.close();
    }

    private void release() {
        proxy.rule(request -> Action.FORWARD);
        proxy.links().forEach(PgLink::release);
    }

    /** The names of those that do not hold. */
    private List<String> wrong() {
        return engine.admin().health().checks().stream()
                .filter(check -> !check.holds())
                .map(HealthCheck::name)
                .toList();
    }

    @Test
    void allHoldsWhileItWorks() {
        assertThat(engine.admin().health().checks())
                .extracting(HealthCheck::name)
                .containsExactly("member", "database", "migrations", "adopted", "versions", "lease", "queue");
        assertThat(wrong()).isEmpty();
    }

    @Test
    void theQueueIsFullWhileNothingIsWritten() {
        proxy.rule(request -> request.isFlush() ? Action.HOLD : Action.FORWARD);
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            IntStream.range(0, 4).forEach(any -> callers.execute(() -> engine.submit(ECHO, "x")));

            Await.until("the queue is full", () -> wrong().equals(List.of("queue")));

            release();
        }
        Await.until("it is written", () -> wrong().isEmpty());
    }

    @Test
    void theLeaseIsLostWithoutHeartbeats() {
        proxy.refuse(true);

        Await.until("its lease ends", () -> wrong().equals(List.of("lease")));

        proxy.refuse(false);
        Await.until("it goes on", () -> wrong().isEmpty());
    }

    @Test
    void nothingOfItHoldsOnceItIsClosedAndItMayBeClosedTwice() {
        engine.close();
        engine.close();

        assertThat(wrong()).containsExactly("member");
        assertThat(engine.admin().ready()).isFalse();
    }
}

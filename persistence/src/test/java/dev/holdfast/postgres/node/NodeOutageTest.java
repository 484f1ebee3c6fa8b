package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.embedded.RestartableServer;
import dev.holdfast.postgres.embedded.RestartableServer.Mode;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node counts as an outage of its database, with a server that restarts and connections that die. */
@Timeout(180)
class NodeOutageTest {
    private static final Definition<Integer, Integer> ADD = Definition.of("add", 1, Integer.class, Integer.class);
    private static final int ASKING = 6;

    @TempDir
    Path directory;

    private final Watched watched = Watched.start();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private RestartableServer server;
    private PgProxy proxy;

    @SuppressWarnings("NullAway.Init") // each test starts it
    private Holdfast node;

    @BeforeEach
    void start() {
        server = new RestartableServer(directory.resolve("data"));
        proxy = new PgProxy(server.jdbcUrl());
    }

    private void startNode(String url) {
        node = PostgresHoldfast.on(PostgresConfig.of(url).nodeName("one").lease(Duration.ofSeconds(10)))
                .telemetry(watched.sdk())
                .register(ADD, (ctx, input) -> ctx.step("add", Integer.class, step -> input + 1))
                .start();
        use();
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        proxy.close();
        server.close();
        threads.shutdownNow();
        watched.close();
    }

    private long outages() {
        return watched.sum("holdfast.database.outages");
    }

    /** Reads by several connections of the pool at once, and writes, until all of it works. */
    private void use() {
        List<CompletableFuture<Void>> asking = IntStream.range(0, ASKING)
                .mapToObj(number -> CompletableFuture.runAsync(this::ask, threads))
                .toList();
        asking.forEach(Await::done);
    }

    private void ask() {
        Await.until("it reads and writes", () -> {
            try {
                node.admin().list(WorkflowFilter.newest(10));
                return node.submit(ADD, 1).result(Duration.ofSeconds(20)) == 2;
            } catch (StoreUnavailableException | OverloadedException e) {
                return false;
            }
        });
    }

    @Test
    void aRestartIsOneOutage() {
        startNode(server.jdbcUrl());
        for (Mode mode : Mode.values()) {
            long before = outages();
            CompletableFuture<Void> meanwhile = CompletableFuture.runAsync(
                    () -> {
                        server.stop(mode);
                        Await.until("it is noticed", () -> outages() > before);
                        server.start();
                    },
                    threads);
            while (!meanwhile.isDone()) {
                use();
            }
            use();
            assertThat(outages()).as(mode.name()).isEqualTo(before + 1);
        }
    }

    @Test
    void connectionsThatDiedWhileIdleAreNone() {
        startNode(proxy.jdbcUrl());
        for (int i = 0; i < 5; i++) {
            proxy.links().forEach(PgLink::cut);
            use();
        }
        assertThat(outages()).isZero();
    }

    @Test
    void anotherOneThatFollowsIsCounted() {
        startNode(proxy.jdbcUrl());
        for (int number = 1; number <= 2; number++) {
            int before = number - 1;
            proxy.refuse(true);
            Await.until("it is noticed", () -> outages() > before);
            proxy.refuse(false);
            use();
            assertThat(outages()).isEqualTo(number);
        }
    }

    @Test
    void aNodeThatClosesCountsNone() {
        startNode(server.jdbcUrl());
        node.close();
        assertThat(outages()).isZero();
    }
}

package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commits wait for a standby that is not there, for longer than this node waits for any call. */
@Timeout(120)
class HangingCommitsTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("hanging", 1, Integer.class, Integer.class);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final String BACKENDS = """
            select count(*) from pg_stat_activity where application_name = 'holdfast test'""";

    /** The commits that are repeated within 8 leases left over 20 backends behind. */
    @Test
    void leaveNoBackendsBehind() {
        try (EmbeddedServer server = EmbeddedServer.temporary();
                Holdfast holdfast = PostgresHoldfast.on(PostgresConfig.of(server.jdbcUrl())
                                .nodeName("test")
                                .lease(LEASE))
                        .config(EngineConfig.defaults().acceptWait(LEASE))
                        .register(DEFINITION, (ctx, input) -> input)
                        .start()) {
            Jdbi jdbi = JdbiFactory.on(TestNode.dataSource(server.jdbcUrl()));
            holdfast.submit(DEFINITION, 1).result(Duration.ofSeconds(10));
            int before = backends(jdbi);
            waitForStandby(jdbi, "nobody");
            int most = 0;
            long end = System.nanoTime() + LEASE.multipliedBy(8).toNanos();
            while (System.nanoTime() - end < 0) {
                submitInVain(holdfast);
                most = Math.max(most, backends(jdbi));
            }
            waitForStandby(jdbi, "");
            assertThat(most)
                    .as("each connection and its successor; there were %s before", before)
                    .isLessThan(2 * before);
            Await.until("it is promised again", () -> !submitInVain(holdfast));
        }
    }

    private static boolean submitInVain(Holdfast holdfast) {
        try {
            holdfast.submit(DEFINITION, 1, Submission.key("key-" + System.nanoTime()));
            return false;
        } catch (StoreUnavailableException e) {
            return true;
        }
    }

    private static int backends(Jdbi jdbi) {
        return jdbi.withHandle(
                handle -> handle.createQuery(BACKENDS).mapTo(Integer.class).one());
    }

    private static void waitForStandby(Jdbi jdbi, String name) {
        jdbi.useHandle(handle -> {
            handle.execute("alter system set synchronous_standby_names = '" + name + "'");
            handle.execute("select pg_reload_conf()");
        });
    }
}

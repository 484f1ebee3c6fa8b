package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestRole;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server refuses is no outage: its reason is said, a start fails, and a node goes on once it is granted. */
@Timeout(60)
class RefusedStatementTest {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final TestRole role = new TestRole(database).owningTheSchema();
    private final HeldWorkflow held = new HeldWorkflow();

    @AfterEach
    void dropRole() {
        role.close();
    }

    private Holdfast start() {
        return held.register(PostgresHoldfast.on(TestNode.config(role.jdbcUrl()))
                        .config(EngineConfig.defaults().shutdownGrace(Duration.ofMillis(200))))
                .start();
    }

    private void revoke(String right) {
        role.run("revoke " + right + " from " + role.name());
    }

    private void grant(String right) {
        role.run("grant " + right + " to " + role.name());
    }

    private static String database(Holdfast engine) {
        return engine.admin().health().checks().stream()
                .filter(check -> check.name().equals("database") && !check.holds())
                .map(HealthCheck::detail)
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert on holdfast.log",
                "insert on holdfast.heartbeat",
                "select on holdfast.open_workflow",
                "execute on function holdfast.due(integer[], interval, integer)"
            })
    void aRightThatIsLostShowsAndComesBack(String right) throws Exception {
        boolean function = right.startsWith("execute");
        try (Holdfast engine = start()) {
            WorkflowHandle<Integer> running = engine.submit(HeldWorkflow.HELD, 1);
            revoke(right);
            if (function) {
                role.run("revoke " + right + " from public");
            }
            held.release();
            String what = right.replaceFirst(".*holdfast\\.(\\w+).*", "$1");

            Await.until(
                    "it shows",
                    () -> database(engine).contains("permission denied for")
                            && database(engine).contains(what));
            assertThat(database(engine)).contains("42501", "grant the right").doesNotContain("does not answer");
            grant(right);
            Await.until("it is ready again", () -> engine.admin().ready());
            assertThat(running.result(WAIT)).isEqualTo(2);
            assertThat(engine.submit(HeldWorkflow.HELD, 2).result(WAIT)).isEqualTo(3);
        }
    }

    @Test
    void nothingIsAcceptedThatCannotBeWritten() throws Exception {
        try (Holdfast engine = start()) {
            WorkflowHandle<Integer> running = engine.submit(HeldWorkflow.HELD, 1);
            revoke("insert on holdfast.log");
            held.release();
            Await.until("it shows", () -> database(engine).contains("permission denied for table log"));

            assertThatThrownBy(() -> engine.submit(HeldWorkflow.HELD, 2))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("the database refuses this: permission denied for table log")
                    .hasMessageContaining("nothing was accepted");

            grant("insert on holdfast.log");
            assertThat(running.result(WAIT)).isEqualTo(2);
            assertThat(engine.submit(HeldWorkflow.HELD, 2).result(WAIT)).isEqualTo(3);
        }
    }

    @Test
    void aSubmissionThatIsRefusedIsToldWhyAtOnce() throws Exception {
        held.release();
        try (Holdfast engine = start()) {
            revoke("insert on holdfast.submission");

            assertThatThrownBy(() -> engine.submit(HeldWorkflow.HELD, 1, Submission.key("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("permission denied for table submission")
                    .hasMessageContaining("grant the right");

            grant("insert on holdfast.submission");
            Await.until("it is ready again", () -> engine.admin().ready());
            assertThat(engine.submit(HeldWorkflow.HELD, 1, Submission.key("a")).result(WAIT))
                    .isEqualTo(2);
        }
    }

    @Test
    void aQuestionThatIsRefusedConcernsNobodyElse() {
        try (Holdfast engine = start()) {
            revoke("select on holdfast.retention");

            assertThatThrownBy(() -> engine.admin().retention())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("the database refuses this: permission denied for table retention");
            assertThat(database(engine)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert on holdfast.heartbeat", "select on holdfast.settings", "insert on holdfast.node"})
    @SuppressWarnings("resource") // It must not come to an engine.
    void aStartFailsWithTheReason(String right) {
        start().close();
        revoke(right);

        assertThatThrownBy(this::start)
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("refuses")
                .hasMessageContaining("permission denied for table " + right.replaceFirst(".*\\.", ""))
                .hasMessageContaining("grant the right");
    }
}

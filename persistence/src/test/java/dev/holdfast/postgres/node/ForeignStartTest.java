package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failure case 34 at start and end: an open transaction of another session locks rows that a node uses. */
@Timeout(60)
class ForeignStartTest {
    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    @Test
    void onlyTheWorkflowWhoseOpenRowIsHeldWaitsToBeTakenUp() throws Exception {
        WorkflowHandle<String> held = fixture.waiting("wait-held");
        WorkflowHandle<String> other = fixture.waiting("wait-other");
        fixture.closeEngine();
        fixture.let("wait-held");
        fixture.let("wait-other");
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            assertThat(foreign.execute(
                            "select from holdfast.open_workflow where uid in (select uid from holdfast.workflow"
                                    + " where input = convert_to('\"wait-held\"', 'utf8')) for update"))
                    .isEqualTo(1);
            fixture.startEngine();
            Await.until("the other one ends", () -> isFinal(other));
            fixture.runOthers("new");
            assertThat(isFinal(held)).isFalse();
        }
        Await.until("it is taken up", () -> isFinal(held));
        Await.until("all is tidied", () -> fixture.count("select count(*) from holdfast.open_workflow") == 0);
    }

    private boolean isFinal(WorkflowHandle<String> handle) {
        return fixture.engine().admin().find(handle.id()).status().isFinal();
    }

    @Test
    void aNodeClosesWhileItsControlRowsAreLocked() throws Exception {
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            assertThat(foreign.execute("select from holdfast.bucket for update"))
                    .isPositive();
            assertThat(foreign.execute("select from holdfast.node for update")).isPositive();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(fixture::closeEngine);
            Await.done(closed);
        }
    }

    @Test
    void aNodeStartsWhileItsControlRowsAreLocked() throws Exception {
        fixture.closeEngine();
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            assertThat(foreign.execute("select from holdfast.bucket for update"))
                    .isPositive();
            assertThat(foreign.execute("select from holdfast.node for update")).isPositive();
            Await.done(CompletableFuture.runAsync(fixture::startEngine));
            fixture.runOthers("new");
        }
    }
}

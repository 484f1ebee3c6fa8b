package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.failed;
import static dev.holdfast.spi.Writes.failure;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.submission;
import static dev.holdfast.spi.Writes.succeeded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ErasedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of ended workflows: erased, scrubbed, or taken to another era; and the rules by which they go. */
public interface RemovalContract extends StoreFixture {
    private static WrittenWorkflow ended(StoreNode node, WorkflowKey key) {
        WrittenWorkflow workflow =
                new WrittenWorkflow(node.store(), key, node.store().mailbox(key, 0));
        return workflow.commit(new WorkflowWrite.Loading(0, 0), intent(0))
                .hold(succeeded(0, "\"secret\"".getBytes(UTF_8)))
                .commit(intent(1))
                .hold(failed(1, 1, "secret", null))
                .commit(intent(1, 2))
                .commit(completed());
    }

    private static OperatorAction ask(StoreNode node, WrittenWorkflow workflow, ActionKind act, String id) {
        OperatorAction action = OperatorAction.of(workflow.key(), act, id, 0, ActionOptions.because("the law"));
        node.store().request(action, RequestContext.NONE);
        return action;
    }

    @Test
    default void whatIsErasedIsGoneAndItsKeyAndIdStayTaken() {
        StoreNode node = start();
        KeyedSubmission keyed = submission("orders", "key", creation("orders", "1", false));
        SubmissionResult admitted = node.admit(keyed);
        WrittenWorkflow workflow = ended(node, admitted.key());
        OperatorAction action = ask(node, workflow, ActionKind.ERASE, admitted.id());
        workflow.on(node).commit(new WorkflowWrite.Erased(action, new ActionResult(true, WorkflowStatus.COMPLETED)));
        assertThat(node.store().results(List.of(action.id())))
                .containsEntry(action.id(), new ActionResult(true, WorkflowStatus.COMPLETED));
        assertThat(node.inbox(10)).isEmpty();
        assertThat(node.store().find(workflow.key())).isEmpty();
        assertThat(node.store().locate(admitted.id())).isEmpty();
        assertThat(workflow.log()).isEmpty();
        assertThatThrownBy(() -> node.admit(keyed))
                .isInstanceOf(ErasedException.class)
                .hasMessageContaining("key");
        KeyedSubmission byId = submission(KeyedSubmission.ID_SCOPE, admitted.id(), creation("orders", "1", false));
        assertThatThrownBy(() -> node.admit(byId)).isInstanceOf(ErasedException.class);
    }

    @Test
    default void aChosenIdStaysTakenToo() {
        StoreNode node = start();
        KeyedSubmission own = submission(KeyedSubmission.ID_SCOPE, "my-id", creation("orders", "1", false));
        WrittenWorkflow workflow = ended(node, node.admit(own).key());
        OperatorAction action = ask(node, workflow, ActionKind.ERASE, "my-id");
        workflow.on(node).commit(new WorkflowWrite.Erased(action, new ActionResult(true, WorkflowStatus.COMPLETED)));
        assertThat(node.store().locate("my-id")).isEmpty();
        assertThatThrownBy(() -> node.admit(own)).isInstanceOf(ErasedException.class);
    }

    @Test
    default void whatIsScrubbedKeepsItsRecord() {
        StoreNode node = start();
        KeyedSubmission keyed = submission("orders", "key", creation("orders", "\"secret\"", false));
        SubmissionResult admitted = node.admit(keyed);
        WrittenWorkflow workflow = ended(node, admitted.key());
        int records = workflow.log().size();
        assertThat(workflow.texts().toString()).contains("secret");
        OperatorAction action = ask(node, workflow, ActionKind.SCRUB, admitted.id());
        byte[] value = "null".getBytes(UTF_8);
        workflow.on(node)
                .commit(new WorkflowWrite.Scrubbed(
                        action, new ActionResult(true, WorkflowStatus.COMPLETED), value, failure("scrubbed")));
        assertThat(node.store().results(List.of(action.id())))
                .containsEntry(action.id(), new ActionResult(true, WorkflowStatus.COMPLETED));
        assertThat(workflow.log()).hasSize(records);
        assertThat(workflow.texts().toString()).doesNotContain("secret").contains("SUCCEEDED", "FAILED", "scrubbed");
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(node.admit(keyed).joined()).isTrue();
    }

    @Test
    default void whatIsTakenToAnotherEraIsAsItWas() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node)
                .commit(intent(0))
                .hold(succeeded(0))
                .commit(intent(1), WorkflowWrite.Unloading.waiting(new Wait.Retry("step-1"), Duration.ZERO));
        List<String> before = workflow.texts();
        int era = workflow.key().era() + 1;
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 0, 1));
        assertThat(workflow.texts()).isEqualTo(before);
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 1, 2));
        assertThat(workflow.texts()).isEqualTo(before);
        assertThat(workflow.load().log()).hasSize(2);
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.WAITING);
        assertThat(node.store().locate(workflow.id())).contains(workflow.key());
    }

    /** As where the process that took a part along has died, and the workflow has gone on before the next one does. */
    @Test
    default void whatWasTakenInPartIsTakenAgainWhole() {
        StoreNode node = start();
        WrittenWorkflow workflow =
                WrittenWorkflow.running(node).commit(intent(0)).hold(succeeded(0));
        workflow.commit(intent(1));
        int era = workflow.key().era() + 1;
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 0, 1));
        workflow.on(node).hold(succeeded(1)).commit(intent(2));
        List<String> before = workflow.texts();
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 0, 2)).commit(new WorkflowWrite.Rehoming(era, 2, 3));
        assertThat(workflow.texts()).isEqualTo(before);
        assertThat(workflow.load().log()).hasSize(3);
    }

    @Test
    default void whatWasTakenInPartIsScrubbedToo() {
        StoreNode node = start();
        SubmissionResult admitted = node.admit(submission("orders", "key", creation("orders", "\"secret\"", false)));
        WrittenWorkflow workflow = ended(node, admitted.key());
        int era = workflow.key().era() + 1;
        int last = workflow.log().size();
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 0, last - 1));
        OperatorAction action = ask(node, workflow, ActionKind.SCRUB, admitted.id());
        byte[] value = "null".getBytes(UTF_8);
        workflow.on(node)
                .commit(new WorkflowWrite.Scrubbed(
                        action, new ActionResult(true, WorkflowStatus.COMPLETED), value, failure("scrubbed")));
        workflow.on(node).commit(new WorkflowWrite.Rehoming(era, 0, last));
        assertThat(workflow.log()).hasSize(last);
        assertThat(workflow.texts().toString()).doesNotContain("secret").contains("scrubbed");
    }

    @Test
    default void aRuleReplacesTheOneForTheSame() {
        StoreNode node = start();
        ActionOptions why = ActionOptions.because("the auditors");
        RetentionRule month = new RetentionRule(
                Optional.of("orders"), Optional.of(WorkflowStatus.FAILED), Optional.of(Duration.ofDays(30)));
        RetentionRule all = new RetentionRule(Optional.empty(), Optional.empty(), Optional.of(Duration.ofHours(36)));
        assertThat(node.store().admin().retention()).isEmpty();
        node.store().admin().retain(month, why);
        node.store().admin().retain(all, why);
        RetentionRule forEver =
                new RetentionRule(Optional.of("orders"), Optional.of(WorkflowStatus.FAILED), Optional.empty());
        node.store().admin().retain(forEver, why);
        assertThat(node.store().admin().retention()).containsExactly(all, forEver);
        assertThat(node.store().admin().dropRetention(forEver, why)).isTrue();
        assertThat(node.store().admin().dropRetention(forEver, why)).isFalse();
        assertThat(node.store().admin().retention()).containsExactly(all);
    }
}

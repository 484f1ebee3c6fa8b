package dev.holdfast.spi;

import static dev.holdfast.spi.Entries.acceptance;
import static dev.holdfast.spi.Entries.admission;
import static dev.holdfast.spi.Entries.completed;
import static dev.holdfast.spi.Entries.failed;
import static dev.holdfast.spi.Entries.failure;
import static dev.holdfast.spi.Entries.intent;
import static dev.holdfast.spi.Entries.succeeded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Decision;
import dev.holdfast.ErasedException;
import dev.holdfast.RequestContext;
import dev.holdfast.RetentionRule;
import dev.holdfast.WorkflowStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of ended workflows: erased, scrubbed, or taken to another era; and the rules by which they go. */
public interface RemovalContract extends StoreFixture {
    private static WrittenWorkflow ended(Node node, WorkflowKey key) {
        WrittenWorkflow workflow =
                new WrittenWorkflow(node.store(), key, node.store().mailbox(key, 0));
        return workflow.commit(new Entry.Loading(0, 0), intent(0))
                .hold(succeeded(0, "\"secret\"".getBytes(UTF_8)))
                .commit(intent(1))
                .hold(failed(1, 1, "secret", null))
                .commit(intent(1, 2))
                .commit(completed());
    }

    private static Ask ask(Node node, WrittenWorkflow workflow, ActionKind act, String id) {
        Ask ask = Ask.of(workflow.key(), act, id, 0, Decision.because("the law"));
        node.store().ask(ask, RequestContext.NONE);
        return ask;
    }

    @Test
    default void whatIsErasedIsGoneAndItsKeyAndIdStayTaken() {
        Node node = start();
        Admission keyed = admission("orders", "key", acceptance("orders", "1", false));
        Admitted admitted = node.admit(keyed);
        WrittenWorkflow workflow = ended(node, admitted.key());
        Ask ask = ask(node, workflow, ActionKind.ERASE, admitted.id());
        workflow.on(node).commit(new Entry.Erased(ask, WorkflowStatus.COMPLETED));
        assertThat(node.store().answers(List.of(ask.id())))
                .containsEntry(ask.id(), new Answer(true, WorkflowStatus.COMPLETED));
        assertThat(node.store().inbox(Set.of(), 10)).isEmpty();
        assertThat(node.store().find(workflow.key())).isEmpty();
        assertThat(node.store().locate(admitted.id())).isEmpty();
        assertThat(workflow.log()).isEmpty();
        assertThatThrownBy(() -> node.admit(keyed))
                .isInstanceOf(ErasedException.class)
                .hasMessageContaining("key");
        Admission byId = admission(Admission.ID_SCOPE, admitted.id(), acceptance("orders", "1", false));
        assertThatThrownBy(() -> node.admit(byId)).isInstanceOf(ErasedException.class);
    }

    @Test
    default void aChosenIdStaysTakenToo() {
        Node node = start();
        Admission own = admission(Admission.ID_SCOPE, "my-id", acceptance("orders", "1", false));
        WrittenWorkflow workflow = ended(node, node.admit(own).key());
        Ask ask = ask(node, workflow, ActionKind.ERASE, "my-id");
        workflow.on(node).commit(new Entry.Erased(ask, WorkflowStatus.COMPLETED));
        assertThat(node.store().locate("my-id")).isEmpty();
        assertThatThrownBy(() -> node.admit(own)).isInstanceOf(ErasedException.class);
    }

    @Test
    default void whatIsScrubbedKeepsItsRecord() {
        Node node = start();
        Admission keyed = admission("orders", "key", acceptance("orders", "\"secret\"", false));
        Admitted admitted = node.admit(keyed);
        WrittenWorkflow workflow = ended(node, admitted.key());
        int records = workflow.log().size();
        assertThat(workflow.texts().toString()).contains("secret");
        Ask ask = ask(node, workflow, ActionKind.SCRUB, admitted.id());
        byte[] value = "null".getBytes(UTF_8);
        workflow.on(node).commit(new Entry.Scrubbed(ask, WorkflowStatus.COMPLETED, value, failure("scrubbed")));
        assertThat(node.store().answers(List.of(ask.id())))
                .containsEntry(ask.id(), new Answer(true, WorkflowStatus.COMPLETED));
        assertThat(workflow.log()).hasSize(records);
        assertThat(workflow.texts().toString()).doesNotContain("secret").contains("SUCCEEDED", "FAILED", "scrubbed");
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(node.admit(keyed).joined()).isTrue();
    }

    @Test
    default void whatIsTakenToAnotherEraIsAsItWas() {
        Node node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node)
                .commit(intent(0))
                .hold(succeeded(0))
                .commit(intent(1), new Entry.Unloading(WorkflowStatus.WAITING, Duration.ZERO));
        List<String> before = workflow.texts();
        int era = workflow.key().era() + 1;
        workflow.on(node).commit(new Entry.Rehomed(era, 0, 1));
        assertThat(workflow.texts()).isEqualTo(before);
        workflow.on(node).commit(new Entry.Rehomed(era, 1, 2));
        assertThat(workflow.texts()).isEqualTo(before);
        assertThat(workflow.load().log()).hasSize(2);
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.WAITING);
        assertThat(node.store().locate(workflow.id())).contains(workflow.key());
    }

    /** As where the process that took a part along has died, and the workflow has gone on before the next one does. */
    @Test
    default void whatWasTakenInPartIsTakenAgainWhole() {
        Node node = start();
        WrittenWorkflow workflow =
                WrittenWorkflow.running(node).commit(intent(0)).hold(succeeded(0));
        workflow.commit(intent(1));
        int era = workflow.key().era() + 1;
        workflow.on(node).commit(new Entry.Rehomed(era, 0, 1));
        workflow.on(node).hold(succeeded(1)).commit(intent(2));
        List<String> before = workflow.texts();
        workflow.on(node).commit(new Entry.Rehomed(era, 0, 2)).commit(new Entry.Rehomed(era, 2, 3));
        assertThat(workflow.texts()).isEqualTo(before);
        assertThat(workflow.load().log()).hasSize(3);
    }

    @Test
    default void whatWasTakenInPartIsScrubbedToo() {
        Node node = start();
        Admitted admitted = node.admit(admission("orders", "key", acceptance("orders", "\"secret\"", false)));
        WrittenWorkflow workflow = ended(node, admitted.key());
        int era = workflow.key().era() + 1;
        int last = workflow.log().size();
        workflow.on(node).commit(new Entry.Rehomed(era, 0, last - 1));
        Ask ask = ask(node, workflow, ActionKind.SCRUB, admitted.id());
        byte[] value = "null".getBytes(UTF_8);
        workflow.on(node).commit(new Entry.Scrubbed(ask, WorkflowStatus.COMPLETED, value, failure("scrubbed")));
        workflow.on(node).commit(new Entry.Rehomed(era, 0, last));
        assertThat(workflow.log()).hasSize(last);
        assertThat(workflow.texts().toString()).doesNotContain("secret").contains("scrubbed");
    }

    @Test
    default void aRuleReplacesTheOneForTheSame() {
        Node node = start();
        Decision why = Decision.because("the auditors");
        RetentionRule month = new RetentionRule(
                Optional.of("orders"), Optional.of(WorkflowStatus.FAILED), Optional.of(Duration.ofDays(30)));
        RetentionRule all = new RetentionRule(Optional.empty(), Optional.empty(), Optional.of(Duration.ofHours(36)));
        assertThat(node.store().administration().retention()).isEmpty();
        node.store().administration().retain(month, why);
        node.store().administration().retain(all, why);
        RetentionRule forEver =
                new RetentionRule(Optional.of("orders"), Optional.of(WorkflowStatus.FAILED), Optional.empty());
        node.store().administration().retain(forEver, why);
        assertThat(node.store().administration().retention()).containsExactly(all, forEver);
        assertThat(node.store().administration().dropRetention(forEver, why)).isTrue();
        assertThat(node.store().administration().dropRetention(forEver, why)).isFalse();
        assertThat(node.store().administration().retention()).containsExactly(all);
    }
}

package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.intent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the audit has, and how it is read. */
public interface AuditContract extends StoreFixture {
    RequestContext REQUEST = new RequestContext(
            Optional.of("OPERATOR"),
            Optional.of("POST /v1/workflows/{name}/cancel"),
            Map.of("wait", "10", "note", "\u00e4 'quoted'"),
            Optional.of("call-1"),
            Optional.of("4bf92f3577b34da6a3ce929d0e0e4736"));

    private static List<AuditEntry> rows(StoreNode node) {
        return node.store().admin().audit(AuditFilter.newest(100)).items();
    }

    private static OperatorAction asked(StoreNode node, WrittenWorkflow workflow, String target, String actor) {
        OperatorAction action = OperatorAction.of(
                workflow.key(),
                ActionKind.CANCEL,
                target,
                0,
                ActionOptions.because("ordered twice").by(actor));
        node.store().request(action, REQUEST);
        return action;
    }

    @Test
    default void whatIsAskedAndWhatIsDecidedAreTwoRowsOfOneRequest() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        OperatorAction action = asked(node, workflow, "walk-1", "ann");
        node.store().request(action, RequestContext.NONE);
        AuditEntry first = rows(node).getFirst();
        assertThat(rows(node)).hasSize(1);
        assertThat(first)
                .isEqualTo(new AuditEntry(
                        action.id(),
                        first.at(),
                        false,
                        "CANCEL",
                        "walk-1",
                        "ann",
                        "ordered twice",
                        Optional.empty(),
                        Optional.empty(),
                        REQUEST));
        workflow.decide(
                new HistoryEvent.Cancelled(Position.main(0), action.ref()), action, WorkflowStatus.COMPENSATING);
        AuditEntry second = rows(node).getFirst();
        assertThat(rows(node)).containsExactly(second, first);
        assertThat(second)
                .isEqualTo(new AuditEntry(
                        action.id(),
                        second.at(),
                        true,
                        "CANCEL",
                        "walk-1",
                        "ann",
                        "ordered twice",
                        Optional.of("APPLIED"),
                        Optional.of(WorkflowStatus.COMPENSATING),
                        REQUEST));
    }

    @Test
    default void aRefusalIsDecidedToo() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0), completed());
        OperatorAction action = asked(node, workflow, "walk-1", "ann");
        workflow.on(node).commit(new WorkflowWrite.Answered(action, new ActionResult(false, WorkflowStatus.COMPLETED)));
        assertThat(rows(node).getFirst().outcome()).contains("REFUSED");
        assertThat(rows(node).getFirst().status()).contains(WorkflowStatus.COMPLETED);
    }

    @Test
    default void whatIsRefusedAtOnceIsAskedAndDecidedOnce() {
        StoreNode node = start();
        ActionOptions why = ActionOptions.because("ordered twice").by("ann").in(REQUEST);
        for (ActionKind kind : ActionKind.values()) {
            UUID id = UUID.randomUUID();
            WorkflowStatus status = kind == ActionKind.ERASE ? null : WorkflowStatus.COMPLETED;
            for (int time = 0; time < 2; time++) {
                node.store().admin().refuse(id, kind, "walk-1", status, why);
            }
            AuditEntry second = rows(node).getFirst();
            AuditEntry first = rows(node).get(1);
            assertThat(first)
                    .isEqualTo(new AuditEntry(
                            id,
                            first.at(),
                            false,
                            kind.name(),
                            "walk-1",
                            "ann",
                            "ordered twice",
                            Optional.empty(),
                            Optional.empty(),
                            REQUEST));
            assertThat(second)
                    .isEqualTo(new AuditEntry(
                            id,
                            second.at(),
                            true,
                            kind.name(),
                            "walk-1",
                            "ann",
                            "ordered twice",
                            Optional.of("REFUSED"),
                            Optional.ofNullable(status),
                            REQUEST));
        }
        assertThat(rows(node)).hasSize(2 * ActionKind.values().length);
        assertThat(node.inbox(10)).isEmpty();
    }

    @Test
    default void aChangeOfTheRetentionIsAskedAndDecidedAtOnce() {
        StoreNode node = start();
        RetentionRule rule = new RetentionRule(
                Optional.of("orders"), Optional.of(WorkflowStatus.FAILED), Optional.of(Duration.ofDays(30)));
        ActionOptions why = ActionOptions.because("the auditors").by("ann").in(REQUEST);
        node.store().admin().retain(rule, why);
        node.store().admin().dropRetention(rule, why);
        node.store().admin().dropRetention(rule, why);
        assertThat(rows(node).reversed())
                .extracting(
                        AuditEntry::action,
                        AuditEntry::decided,
                        row -> row.outcome().orElse("-"))
                .containsExactly(
                        tuple("RETAIN", false, "-"),
                        tuple("RETAIN", true, "APPLIED"),
                        tuple("DROP_RETENTION", false, "-"),
                        tuple("DROP_RETENTION", true, "APPLIED"),
                        tuple("DROP_RETENTION", false, "-"),
                        tuple("DROP_RETENTION", true, "REFUSED"));
        assertThat(rows(node))
                .allMatch(row -> row.target().equals("orders FAILED")
                        && row.actor().equals("ann")
                        && row.reason().equals("the auditors")
                        && row.context().requestId().equals(REQUEST.requestId()));
        assertThat(rows(node).getLast().context().arguments())
                .containsEntry("definition", "orders")
                .containsEntry("status", "FAILED")
                .containsEntry("keep", "PT720H");
    }

    @Test
    default void rowsAreListedByFilterAndPage() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        for (int i = 0; i < 7; i++) {
            asked(node, workflow, "walk-" + i % 2, i < 5 ? "ann" : "bob");
        }
        List<AuditEntry> all = rows(node);
        assertThat(all).hasSize(7).extracting(AuditEntry::actor).startsWith("bob", "bob", "ann");
        List<AuditEntry> read = new ArrayList<>();
        Page<AuditEntry> page = node.store().admin().audit(AuditFilter.newest(3));
        read.addAll(page.items());
        while (page.next().isPresent()) {
            page = node.store()
                    .admin()
                    .audit(AuditFilter.newest(3).from(page.next().orElseThrow()));
            read.addAll(page.items());
        }
        assertThat(read).isEqualTo(all);
        Instant third = all.get(2).at();
        assertThat(found(node, "bob", null, null, null, null)).isEqualTo(all.subList(0, 2));
        assertThat(found(node, "ann", "CANCEL", "walk-1", null, null)).hasSize(2);
        assertThat(found(node, null, "RETRY", null, null, null)).isEmpty();
        assertThat(found(node, null, null, null, third, null)).isEqualTo(all.subList(0, 3));
        assertThat(found(node, null, null, null, null, third)).isEqualTo(all.subList(3, 7));
    }

    private static List<AuditEntry> found(
            StoreNode node,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String target,
            @Nullable Instant after,
            @Nullable Instant before) {
        AuditFilter filter = AuditFilter.newest(10);
        filter = actor == null ? filter : filter.actor(actor);
        filter = action == null ? filter : filter.action(action);
        filter = target == null ? filter : filter.target(target);
        filter = after == null ? filter : filter.after(after);
        filter = before == null ? filter : filter.before(before);
        return node.store().admin().audit(filter).items();
    }

    @Test
    default void whatIsNoCursorIsRefused() {
        StoreNode node = start();
        String id = "3c9e0f3a-8a55-4d0e-9f43-6a0d4fb8c6d1";
        for (String cursor : new String[] {"", "x", "1." + id, "1." + id + ".2", "-1." + id + ".0", "1.3c9e.0"}) {
            assertThatThrownBy(() ->
                            node.store().admin().audit(AuditFilter.newest(3).from(cursor)))
                    .as(cursor)
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("no cursor");
        }
        assertThat(node.store()
                        .admin()
                        .audit(AuditFilter.newest(3).from("99999999999999999." + id + ".1"))
                        .items())
                .isEmpty();
    }
}

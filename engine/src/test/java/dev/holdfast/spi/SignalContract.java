package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.parked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.OverloadedException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.dispatch.SignalSender;
import dev.holdfast.engine.execution.CallbackTokens;
import dev.holdfast.json.JacksonCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Signals: from the inbox into the log, each once, and what they wake. */
public interface SignalContract extends StoreFixture {
    private static byte[] payload(String text) {
        return text.getBytes(UTF_8);
    }

    private static SignalMessage sent(StoreNode node, WrittenWorkflow workflow, String name) {
        UUID id = UUID.randomUUID();
        node.store().send(SignalMessage.unsent(workflow.key(), id, name, payload("\"ä '\"")));
        return node.inbox(10).stream()
                .map(SignalMessage.class::cast)
                .filter(message -> message.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static WrittenWorkflow waiting(StoreNode node, Wait wait) {
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        return workflow.commit(WorkflowWrite.Unloading.waiting(wait, null));
    }

    @Test
    default void aSignalLeavesTheInboxWithItsRecord() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        SignalMessage signal = sent(node, workflow, "go");
        assertThat(signal.name()).isEqualTo("go");
        assertThat(signal.payload()).isEqualTo(payload("\"ä '\""));
        assertThat(node.store().inbox(List.of(workflow.key()), 10)).hasSize(1);
        node.store().send(SignalMessage.unsent(workflow.key(), signal.id(), "go", payload("again")));
        assertThat(node.inbox(10)).hasSize(1);
        assertThat(node.store().received(List.of(signal))).isEmpty();
        workflow.commit(signal.received());
        assertThat(node.inbox(10)).isEmpty();
        assertThat(node.store().inbox(List.of(workflow.key()), 10)).isEmpty();
        assertThat(node.store().received(List.of(signal))).containsExactly(signal.id());
        node.store().send(SignalMessage.unsent(workflow.key(), signal.id(), "go", payload("again")));
        assertThat(node.inbox(10)).isEmpty();
        HistoryEvent.SignalReceived read =
                (HistoryEvent.SignalReceived) workflow.log().getFirst().event();
        assertThat(read).usingRecursiveComparison().isEqualTo(signal.received());
    }

    @Test
    default void decisionsAreReadAsTheyWereWritten() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        List<HistoryEvent.Decision> decisions = List.of(
                new HistoryEvent.TimerStarted(Position.main(0), new WakeTime.After(Duration.ofNanos(1)), null),
                new HistoryEvent.TimerStarted(Position.main(1), new WakeTime.After(Duration.ofDays(36_525)), "go"),
                new HistoryEvent.TimerStarted(
                        new Position("3.1", 2), new WakeTime.At(Instant.parse("2170-01-01T00:00:00.000000001Z")), null),
                new HistoryEvent.SignalTaken(Position.main(3), UUID.randomUUID(), "go"),
                new HistoryEvent.SignalTimedOut(Position.main(4), "go"),
                new HistoryEvent.TimeRead(Position.main(5), Instant.parse("2026-11-30T00:00:00.123456Z")),
                new HistoryEvent.CallbackMade(Position.main(6), "paid", "http://127.0.0.1:7070/v1/callbacks/x"),
                new HistoryEvent.MarkerSet(new Position("3.1", 3), "insure.2"),
                new HistoryEvent.JoinDecided(new Position("3.1", 4), 9_999),
                new HistoryEvent.BranchStopped(new Position("3.0", 4), HistoryEvent.BranchStopped.Why.DEADLINE));
        decisions.forEach(workflow.mailbox()::hold);
        HistoryEvent.Intent numbered = new HistoryEvent.Intent(Position.main(7), 1, "step", UUID.randomUUID(), -1, 0);
        workflow.commit(numbered);
        assertThat(workflow.log()).extracting(LogRecord::event).startsWith(decisions.toArray(HistoryEvent[]::new));
        assertThat(workflow.log().getLast().event()).isEqualTo(numbered);
        assertThat(workflow.load().lastIntent()).contains(numbered);
        LogRecord last = node.store().head(workflow.key()).orElseThrow().lastEvent();
        assertThat(last).isNotNull().extracting(LogRecord::event).isEqualTo(numbered);
    }

    @Test
    default void aSignalWakesWhatWaitsForItsName() {
        StoreNode node = start();
        WrittenWorkflow waits = waiting(node, new Wait.Signal("go"));
        WrittenWorkflow other = waiting(node, new Wait.Signal("stop"));
        WrittenWorkflow sleeps = waiting(node, new Wait.Timer());
        assertThat(waits.summary().waitingFor().orElseThrow().until()).isEmpty();
        assertThat(waits.load().due()).isAfter(Instant.parse("9999-01-01T00:00:00Z"));
        assertThat(node.due(10)).isEmpty();
        for (WrittenWorkflow workflow : List.of(waits, other, sleeps)) {
            workflow.on(node).commit(sent(node, workflow, "go").received());
        }
        assertThat(node.due(10)).containsExactly(waits.key());
        assertThat(waits.summary().status()).isEqualTo(WorkflowStatus.WAITING);
        assertThat(waits.load().wasCutOff()).isFalse();
    }

    @Test
    default void aSignalWakesAWorkflowOneOfWhoseBranchesWaitsForIt() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        List<Wait> waits = List.of(new Wait.Signal("go"), new Wait.Timer(), new Wait.Signal("stop"));
        workflow.commit(WorkflowWrite.Unloading.waiting(waits, Duration.ofDays(1)));
        assertThat(workflow.summary().waitingFor().orElseThrow().name()).isEqualTo("go");
        workflow.on(node).commit(sent(node, workflow, "other").received());
        assertThat(node.due(10)).isEmpty();
        workflow.on(node).commit(sent(node, workflow, "stop").received());
        assertThat(node.due(10)).containsExactly(workflow.key());
    }

    @Test
    default void ofTooManyWaitsEachSignalWakes() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        List<Wait> waits = IntStream.range(0, 10_000)
                .<Wait>mapToObj(i -> new Wait.Signal("go-" + i))
                .toList();
        workflow.commit(WorkflowWrite.Unloading.waiting(waits, null));
        assertThat(workflow.summary().waitingFor().orElseThrow().kind()).isEqualTo("signal");
        workflow.on(node).commit(sent(node, workflow, "go-9999").received());
        assertThat(node.due(10)).containsExactly(workflow.key());
    }

    @Test
    default void aSignalDoesNotTouchWhatRunsOrIsParked() {
        StoreNode node = start();
        WrittenWorkflow runs = WrittenWorkflow.running(node).commit(intent(0));
        WrittenWorkflow parked = WrittenWorkflow.running(node).commit(intent(0), parked(0, "no"));
        for (WrittenWorkflow workflow : List.of(runs, parked)) {
            workflow.on(node).commit(sent(node, workflow, "go").received());
        }
        assertThat(node.due(10)).isEmpty();
        assertThat(runs.load().wasCutOff()).isTrue();
        assertThat(parked.summary().status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
        assertThat(parked.summary().deadLetter()).isPresent();
        assertThat(parked.load().isParked()).isTrue();
    }

    @Test
    default void aWorkflowWithTooManyUntakenSignalsGetsNoMoreTrap11() {
        StoreNode node = start();
        WrittenWorkflow workflow = waiting(node, new Wait.Signal("other"));
        workflow.commit(new WorkflowWrite.Loading(0, 1));
        workflow.commit(
                WorkflowWrite.Unloading.waiting(new Wait.Signal("other"), null).untaken(9_999));
        SignalMessage last = sent(node, workflow, "go");
        assertThatThrownBy(() -> sent(node, workflow, "go"))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("10");
        assertThat(node.store().send(SignalMessage.unsent(workflow.key(), last.id(), "go", payload("again"))))
                .as("a repeat is none more")
                .isEmpty();
    }

    @Test
    default void aSignalMayFollowTheEnd() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        SignalMessage signal = sent(node, workflow, "go");
        workflow.send(completed());
        workflow.commit(signal.received());
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(node.store().head(workflow.key()).orElseThrow().end()).isPresent();
        assertThat(node.store().history(workflow.key(), 0, 10).getLast().isTaken())
                .isFalse();
        assertThat(node.store().history(workflow.key(), 0, 10).getLast().isOver())
                .isTrue();
    }

    @Test
    default void aRepeatIsKnownAfterTheEndBeforeAndAfterItsRecord() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        String id = workflow.summary().id();
        SignalSender sender = new SignalSender(
                node.store(),
                new JacksonCodec(),
                1_000,
                new CallbackTokens(node.store().callbackSecret()),
                () -> {});
        String sent = sender.sendJson(id, "go", payload("1"), "k1");
        workflow.commit(completed());
        assertThat(sender.sendJson(id, "go", payload("1"), "k1")).isEqualTo(sent);
        SignalMessage signal = (SignalMessage) node.inbox(10).getFirst();
        workflow.on(node).commit(signal.received());
        assertThat(node.inbox(10)).isEmpty();
        assertThat(sender.sendJson(id, "go", payload("1"), "k1")).isEqualTo(sent);
        assertThatThrownBy(() -> sender.sendJson(id, "go", payload("1"), "k2"))
                .isInstanceOf(WorkflowEndedException.class);
        assertThat(node.inbox(10)).isEmpty();
    }

    @Test
    default void whatIsTakenIsShown() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        SignalMessage signal = sent(node, workflow, "go");
        SignalMessage left = sent(node, workflow, "go");
        workflow.commit(
                signal.received(), left.received(), new HistoryEvent.SignalTaken(Position.main(0), signal.id(), "go"));
        assertThat(node.store().history(workflow.key(), 0, 10))
                .extracting(HistoryEntry::isTaken)
                .containsExactly(true, false, false);
    }

    @Test
    default void aMessageCanBeRemovedWithoutARecord() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        SignalMessage signal = sent(node, workflow, "go");
        workflow.commit(new WorkflowWrite.Removal(signal.id()));
        assertThat(node.inbox(10)).isEmpty();
        assertThat(workflow.log()).isEmpty();
    }

    @Test
    default void aDecisionIsProgress() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        workflow.commit(new WorkflowWrite.Loading(1, 1));
        assertThat(workflow.load().hasProgressed()).isFalse();
        workflow.commit(new HistoryEvent.SignalTimedOut(Position.main(1), "go"));
        assertThat(workflow.load().hasProgressed()).isTrue();
    }

    @Test
    default void thePagesOfTheInboxAreBoundInBytes() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.running(node);
        for (int i = 0; i < 40; i++) {
            node.store().send(SignalMessage.unsent(workflow.key(), UUID.randomUUID(), "go", new byte[256 << 10]));
        }
        InboxCursor after = InboxCursor.START;
        int read = 0;
        InboxPage page;
        do {
            page = node.store().inbox(after, 256);
            read += page.messages().size();
            after = page.next();
            assertThat(page.messages().size()).isLessThanOrEqualTo(16);
        } while (!page.isLast());
        assertThat(read).isEqualTo(40);
        assertThat(node.store().inbox(List.of(workflow.key()), 256)).hasSizeLessThanOrEqualTo(16);
    }
}

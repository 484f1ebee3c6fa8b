package dev.holdfast.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionRef;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WakeTime;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rows of holdfast.event_kind match the event classes. */
class EventKindTest {
    private static final ActionRef BY = new ActionRef(UUID.randomUUID(), ActionKind.CANCEL);
    private static final byte[] VALUE = {'1'};
    private static final ParkingReason REASON =
            new ParkingReason(DeadLetter.Cause.POISON, null, null, null, 0, new Failure("", ""), "");
    private static final List<HistoryEvent> EVENTS = List.of(
            new HistoryEvent.Intent(Position.main(0), 1, "step", UUID.randomUUID(), -1),
            new HistoryEvent.TimerStarted(Position.main(0), new WakeTime.After(Duration.ZERO), null),
            new HistoryEvent.SignalReceived(UUID.randomUUID(), "go", VALUE, Instant.EPOCH),
            new HistoryEvent.SignalTaken(Position.main(0), UUID.randomUUID(), "go"),
            new HistoryEvent.SignalTimedOut(Position.main(0), "go"),
            new HistoryEvent.TimeRead(Position.main(0), Instant.EPOCH),
            new HistoryEvent.MarkerSet(Position.main(0), "insure"),
            new HistoryEvent.CallbackMade(Position.main(0), "paid", "http://127.0.0.1:7070/v1/callbacks/x"),
            new HistoryEvent.Published(Position.main(0), "offer", VALUE),
            new HistoryEvent.JoinDecided(Position.main(0), 1),
            child(true),
            child(false),
            new HistoryEvent.BranchStopped(new Position("0.1", 0), HistoryEvent.BranchStopped.Why.LOST),
            new HistoryEvent.Parked(REASON),
            new HistoryEvent.Retried(null, BY),
            new HistoryEvent.Paused(BY),
            new HistoryEvent.Resumed(BY),
            new HistoryEvent.DeadlinePassed(Position.main(0), Instant.EPOCH),
            new HistoryEvent.Cancelled(Position.main(0), BY),
            new HistoryEvent.Ended(WorkflowStatus.COMPLETED, VALUE),
            new HistoryEvent.Ended(WorkflowStatus.FAILED, VALUE),
            new HistoryEvent.Ended(WorkflowStatus.CANCELLED, VALUE));

    private static HistoryEvent child(boolean waits) {
        WorkflowKey key = new WorkflowKey(0, 1, UUID.randomUUID());
        return new HistoryEvent.ChildStarted(Position.main(0), "child", key, "h1", waits, null);
    }

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    /** A row of the table. */
    private record Kind(int code, @Nullable String status, boolean ends, boolean received, boolean decision) {
        static Kind of(HistoryEvent event) {
            WorkflowStatus after = event.statusAfter();
            return new Kind(
                    EventCodec.code(event),
                    after == null ? null : after.name(),
                    after != null && after.isFinal(),
                    event.isOnlyReceived(),
                    event instanceof HistoryEvent.Decision);
        }
    }

    @Test
    void theTableSaysTheSameAsTheEvents() {
        List<Kind> kinds = JdbiFactory.on(database.dataSource())
                .withHandle(handle -> handle.createQuery(
                                "select code, status, ends, received, decision from holdfast.event_kind")
                        .map((row, context) -> new Kind(
                                row.getInt("code"),
                                row.getString("status"),
                                row.getBoolean("ends"),
                                row.getBoolean("received"),
                                row.getBoolean("decision")))
                        .list());
        assertThat(kinds)
                .containsExactlyInAnyOrderElementsOf(
                        EVENTS.stream().map(Kind::of).toList());
    }

    @Test
    void noKindOfEventIsLeftOutHere() {
        assertThat(EVENTS.stream().<Class<?>>map(HistoryEvent::getClass).collect(Collectors.toSet()))
                .containsAll(kinds(HistoryEvent.class)
                        .filter(type -> type != HistoryEvent.Unknown.class)
                        .toList());
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(EventKindTest::kinds)
                : Stream.of(type);
    }
}

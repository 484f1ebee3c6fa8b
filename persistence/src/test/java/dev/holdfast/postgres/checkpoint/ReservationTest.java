package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionRef;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transaction that is no batch writes the next record of a mailbox, and nothing else is written meanwhile. */
@Timeout(20)
class ReservationTest {
    private final CheckpointQueue queue = new CheckpointQueue(1_000, 1 << 20, Duration.ofSeconds(10));
    private final AtomicInteger left = new AtomicInteger();
    private final WorkflowMailbox mailbox =
            new WorkflowMailbox(queue, new WorkflowKey(0, 1, UUID.randomUUID()), 7, left::incrementAndGet);

    private static HistoryEvent event() {
        return new HistoryEvent.Resumed(new ActionRef(UUID.randomUUID(), ActionKind.RESUME));
    }

    @Test
    void anIdleMailboxGrantsItAtOnceAndKeepsLaterWritesBack() {
        Reservation reservation = mailbox.reserve().join();
        CompletableFuture<Void> later = mailbox.record(event());

        assertThat(reservation.seq()).isEqualTo(8);
        assertThat(queue.depth()).as("both count").isEqualTo(2);
        reservation.committed();
        MailboxBatch part = queue.take().parts().getFirst();
        assertThat(part.records().getFirst().seq()).isEqualTo(9);
        part.succeed(queue);
        assertThat(later).isCompleted();
    }

    @Test
    void aReleasedRecordIsWrittenByTheNext() {
        mailbox.reserve().join().release();
        CompletableFuture<Void> unused = mailbox.record(event());

        assertThat(queue.take().parts().getFirst().records().getFirst().seq()).isEqualTo(8);
    }

    @Test
    void itWaitsForWhatIsHeldAndForNothingThatComesLater() {
        mailbox.hold(new HistoryEvent.TimeRead(Position.main(0), Instant.EPOCH));
        CompletableFuture<Reservation> reservation = mailbox.reserve();
        assertThat(reservation).isNotDone();
        Batch held = queue.take();
        CompletableFuture<Void> later = mailbox.record(event());
        held.parts().getFirst().succeed(queue);

        assertThat(reservation).isCompleted();
        assertThat(reservation.join().seq()).isEqualTo(9);
        reservation.join().committed();
        assertThat(later).isNotDone();
        assertThat(queue.take().parts().getFirst().records().getFirst().seq()).isEqualTo(10);
    }

    @Test
    void oneWaitsForTheOther() {
        Reservation first = mailbox.reserve().join();
        CompletableFuture<Reservation> second = mailbox.reserve();
        assertThat(second).isNotDone();
        first.committed();

        assertThat(second.join().seq()).isEqualTo(9);
    }

    @Test
    void anEndedWorkflowOrAClosedMailboxRefusesIt() {
        CompletableFuture<Void> unused = mailbox.record(new HistoryEvent.Ended(WorkflowStatus.CANCELLED, new byte[0]));
        assertThat(Await.failure(mailbox.reserve())).isInstanceOf(OwnershipLostException.class);

        mailbox.close();
        queue.take().parts().getFirst().succeed(queue);
        assertThat(left).hasValue(1);
        assertThat(Await.failure(mailbox.reserve())).isInstanceOf(OwnershipLostException.class);
    }

    @Test
    void aBatchThatIsLostTakesTheReservationBehindItAlong() {
        CompletableFuture<Void> unused = mailbox.record(event());
        Batch batch = queue.take();
        CompletableFuture<Reservation> reservation = mailbox.reserve();
        batch.parts().getFirst().fail(queue, new OwnershipLostException("fenced"));

        assertThat(Await.failure(reservation)).isInstanceOf(OwnershipLostException.class);
        assertThat(queue.depth()).isZero();
    }

    @Test
    void aMailboxThatIsClosedMeanwhileIsLeftOnceItIsSettled() {
        Reservation reservation = mailbox.reserve().join();
        mailbox.close();
        assertThat(left).hasValue(0);
        reservation.committed();

        assertThat(left).hasValue(1);
    }
}

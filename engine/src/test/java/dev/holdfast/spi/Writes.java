package dev.holdfast.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.TypeToken;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.spi.HistoryEvent.Ended;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.HistoryEvent.Parked;
import dev.holdfast.spi.WorkflowWrite.Creation;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Short ways to make entries, and to write down what a log has. */
final class Writes {
    static final String DEFINITION = "orders";
    private static final JacksonCodec CODEC = new JacksonCodec();

    private Writes() {}

    static Creation creation(boolean starts) {
        return creation(DEFINITION, "{\"n\":1}", starts);
    }

    static Creation creation(String definition, String input, boolean starts) {
        return new Creation(definition, 1, Map.of(), input.getBytes(UTF_8), starts, null);
    }

    static Creation labelled(String definition, Map<String, String> labels) {
        return new Creation(definition, 1, labels, "{}".getBytes(UTF_8), false, null);
    }

    static KeyedSubmission submission(String scope, String name, Creation creation) {
        return new KeyedSubmission(scope, name, CODEC.digest(creation.input()), creation, CODEC);
    }

    static Intent intent(int position) {
        return intent(position, 1);
    }

    static Intent intent(int position, int attempt) {
        return new Intent(Position.main(position), attempt, "step-" + position, UUID.randomUUID(), -1);
    }

    static Intent undo(int position, int compensates) {
        return new Intent(Position.main(position), 1, "undo-step-" + compensates, UUID.randomUUID(), compensates);
    }

    static Outcome succeeded(int position) {
        return succeeded(position, ("\"value-" + position + "\"").getBytes(UTF_8));
    }

    static Outcome succeeded(int position, byte[] value) {
        return new Outcome(Position.main(position), 1, Outcome.State.SUCCEEDED, value, null);
    }

    static Outcome failed(int position, int attempt, String message, @Nullable Duration retryIn) {
        return new Outcome(Position.main(position), attempt, Outcome.State.FAILED, failure(message), retryIn);
    }

    static Parked parked(int position, String message) {
        Failure failure = new Failure("java.io.IOException", message);
        return new Parked(new ParkingReason(
                DeadLetter.Cause.RETRIES_EXHAUSTED,
                "step-" + position,
                Position.main(position),
                null,
                3,
                failure,
                "at nowhere"));
    }

    static Ended completed() {
        return new Ended(WorkflowStatus.COMPLETED, "\"done\"".getBytes(UTF_8));
    }

    static Ended failed(String message) {
        return new Ended(WorkflowStatus.FAILED, failure(message));
    }

    static byte[] failure(String message) {
        return CODEC.encode(new Failure("java.io.IOException", message), TypeToken.of(Failure.class));
    }

    /** All that the log has, in order, whatever records it was put into. */
    static List<String> texts(List<LogRecord> log) {
        List<String> texts = new ArrayList<>();
        for (LogRecord record : log) {
            if (record.outcome() != null) {
                texts.add(text(record.outcome()));
            }
            if (record.event() != null) {
                texts.add(text(record.event()));
            }
        }
        return texts;
    }

    /** Puts it in by the method of its kind. */
    static CompletableFuture<Void> commit(Mailbox mailbox, WorkflowWrite write) {
        return switch (write) {
            case Creation creation -> mailbox.create(creation);
            case HistoryEvent event -> mailbox.record(event);
            case WorkflowWrite.Move move -> mailbox.move(move);
            case WorkflowWrite.Reply reply -> mailbox.reply(reply);
            case WorkflowWrite.Removal removal -> mailbox.remove(removal);
            case WorkflowWrite.Rehoming rehoming -> mailbox.rehome(rehoming);
            case Outcome outcome -> throw new IllegalArgumentException("an outcome is held: " + outcome);
        };
    }

    /** Equal for equal outcomes; long values by their hash. */
    static String text(Outcome o) {
        return "outcome %s/%d %s %s retry %s"
                .formatted(o.position(), o.attempt(), o.state(), text(o.value()), o.retryIn());
    }

    /** Equal for equal events; long values by their hash. */
    static String text(HistoryEvent event) {
        return switch (event) {
            case Ended ended -> "ended " + ended.status() + " " + text(ended.value()) + " by " + ended.by();
            case HistoryEvent.SignalReceived signal ->
                "signal " + signal.id() + " " + signal.name() + " " + text(signal.payload()) + " " + signal.sentAt();
            default -> event.toString();
        };
    }

    private static String text(byte[] value) {
        return value.length < 1_000 ? new String(value, UTF_8) : value.length + "#" + Arrays.hashCode(value);
    }
}

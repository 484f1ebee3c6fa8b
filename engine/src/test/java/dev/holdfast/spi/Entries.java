package dev.holdfast.spi;

import dev.holdfast.DeadLetterSummary;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.Failure;
import dev.holdfast.JacksonCodec;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Entry.Acceptance;
import dev.holdfast.spi.Entry.Ended;
import dev.holdfast.spi.Entry.Intent;
import dev.holdfast.spi.Entry.Outcome;
import dev.holdfast.spi.Entry.Parked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Short ways to make entries, and to write down what a log has. */
final class Entries {
    static final String DEFINITION = "orders";
    private static final JacksonCodec CODEC = new JacksonCodec();

    private Entries() {}

    static Acceptance acceptance(boolean starts) {
        return acceptance(DEFINITION, "{\"n\":1}", starts);
    }

    static Acceptance acceptance(String definition, String input, boolean starts) {
        return new Acceptance(definition, 1, Map.of(), input.getBytes(UTF_8), starts, null);
    }

    static Acceptance labelled(String definition, Map<String, String> labels) {
        return new Acceptance(definition, 1, labels, "{}".getBytes(UTF_8), false, null);
    }

    static Admission admission(String scope, String name, Acceptance acceptance) {
        return new Admission(scope, name, CODEC.digest(acceptance.input()), acceptance, CODEC);
    }

    static Intent intent(int position) {
        return intent(position, 1);
    }

    static Intent intent(int position, int attempt) {
        return new Intent(position, null, attempt, "step-" + position, UUID.randomUUID(), -1);
    }

    static Intent undo(int position, int undoes) {
        return new Intent(position, null, 1, "undo-step-" + undoes, UUID.randomUUID(), undoes);
    }

    static Outcome succeeded(int position) {
        return succeeded(position, ("\"value-" + position + "\"").getBytes(UTF_8));
    }

    static Outcome succeeded(int position, byte[] value) {
        return new Outcome(position, null, 1, Outcome.State.SUCCEEDED, value, null);
    }

    static Outcome failed(int position, int attempt, String message, @Nullable Duration retryIn) {
        return new Outcome(position, null, attempt, Outcome.State.FAILED, failure(message), retryIn);
    }

    static Parked parked(int position, String message) {
        Failure failure = new Failure("java.io.IOException", message);
        return new Parked(new DeadLetter(
                DeadLetterSummary.Cause.RETRIES_EXHAUSTED, "step-" + position, position, null, 3, failure, "at nowhere"));
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
    static List<String> texts(List<LogRow> log) {
        List<String> texts = new ArrayList<>();
        for (LogRow row : log) {
            if (row.outcome() != null) {
                texts.add(text(row.outcome()));
            }
            if (row.event() != null) {
                texts.add(text(row.event()));
            }
        }
        return texts;
    }

    /** Equal for equal entries; long values by their hash. */
    static String text(Entry entry) {
        return switch (entry) {
            case Outcome o ->
                "outcome %d/%s/%d %s %s retry %s"
                        .formatted(o.position(), o.branch(), o.attempt(), o.state(), text(o.value()), o.retryIn());
            case Ended ended ->
                "ended " + ended.status() + " " + text(ended.value())
                        + (ended.by() == null ? "" : " " + text(ended.by()));
            case Intent intent -> intent.toString();
            case Parked parked -> parked.toString();
            case Acceptance acceptance -> throw noRecord(acceptance);
            case Entry.Loading loading -> throw noRecord(loading);
            case Entry.Unloading unloading -> throw noRecord(unloading);
            case Entry.Answered answered -> throw noRecord(answered);
            case Entry.Rehomed rehomed -> throw noRecord(rehomed);
            case Entry.Erased erased -> throw noRecord(erased);
            case Entry.Scrubbed scrubbed -> throw noRecord(scrubbed);
            case Entry.Cancelled cancelled -> "cancelled at " + cancelled.position() + " " + text(cancelled.by());
            case Entry.Retried retried -> "retried " + text(retried.by());
        };
    }

    /** As much of it as the log has. */
    private static String text(Ask by) {
        return by.act() + " " + by.id();
    }

    private static IllegalArgumentException noRecord(Entry entry) {
        return new IllegalArgumentException("no record: " + entry);
    }

    private static String text(byte[] value) {
        return value.length < 1_000 ? new String(value, UTF_8) : value.length + "#" + Arrays.hashCode(value);
    }
}

package dev.holdfast.simulation;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.nio.charset.StandardCharsets;

/** Writes a record of a log in one line. Stateless. */
final class LogText {
    private LogText() {}

    static String of(LogRecord record) {
        StringBuilder text = new StringBuilder(record.seq() + " " + record.at().getEpochSecond() % 100_000 + " ");
        Outcome outcome = record.outcome();
        if (outcome != null) {
            text.append(outcome.position()).append(" #").append(outcome.attempt());
            text.append(" ")
                    .append(outcome.state())
                    .append(" ")
                    .append(value(outcome.value()))
                    .append(" | ");
        }
        HistoryEvent event = record.event();
        text.append(
                switch (event) {
                    case null -> "";
                    case HistoryEvent.Intent intent ->
                        intent.name() + " " + intent.position() + " #" + intent.attempt()
                                + (intent.isCompensation() ? " undoes " + intent.compensates() : "");
                    case HistoryEvent.SignalReceived signal ->
                        "received " + signal.name() + " " + value(signal.payload());
                    case HistoryEvent.Ended ended -> "ended " + ended.status() + " " + value(ended.value());
                    case HistoryEvent.Parked parked -> {
                        String stack = parked.reason().stack();
                        yield "parked " + parked.reason().cause() + " "
                                + parked.reason().position() + " "
                                + stack.lines().findFirst().orElse("");
                    }
                    default -> event.toString();
                });
        return text.toString();
    }

    private static String value(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.length() > 120 ? text.substring(0, 120) + "..." : text;
    }
}

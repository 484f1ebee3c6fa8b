package dev.holdfast.engine.export;

import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The form of a record in an exported history. Members are stored in files of users: never change them. Stateless. */
final class RecordJson {
    private RecordJson() {}

    static ObjectNode write(LogRecord record) {
        ObjectNode json = ExportJson.object()
                .put("seq", record.seq())
                .put("at", record.at().toString())
                .put("node", record.node());
        if (record.outcome() != null) {
            json.set("outcome", write(record.outcome()));
        }
        if (record.event() != null) {
            json.set("event", EventJson.write(record.event()));
        }
        return json;
    }

    private static ObjectNode write(Outcome outcome) {
        ObjectNode json = ExportJson.object()
                .put("branch", outcome.position().branch())
                .put("index", outcome.position().index())
                .put("attempt", outcome.attempt())
                .put("state", outcome.state().name());
        ExportJson.put(json, "value", outcome.value());
        Duration retryIn = outcome.retryIn();
        return retryIn == null ? json : json.put("retryIn", retryIn.toString());
    }

    /** Throws {@link IllegalArgumentException} for a record that it cannot read. */
    static LogRecord read(Members json) {
        return new LogRecord(
                json.number("seq"),
                json.time("at"),
                json.number("node"),
                json.has("outcome") ? outcome(json.member("outcome")) : null,
                json.has("event") ? EventJson.read(json.member("event")) : null);
    }

    private static Outcome outcome(Members json) {
        @Nullable String retryIn = json.textOrNull("retryIn");
        return new Outcome(
                json.position(),
                json.number("attempt"),
                json.one("state", Outcome.State.values()),
                json.value("value"),
                retryIn == null ? null : Duration.parse(retryIn));
    }
}

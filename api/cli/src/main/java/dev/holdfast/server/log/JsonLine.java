package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Formats an event as one JSON object on one line. Members without a value are omitted. Stateless. */
final class JsonLine {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private JsonLine() {}

    static String of(ILoggingEvent event, Optional<String> node) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Fields.time(event));
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("thread", event.getThreadName());
        line.put("message", Fields.message(event));
        node.ifPresent(name -> line.put(Logs.NODE, name));
        for (String name : List.of(Fields.WORKFLOW, "requestId", "traceId", "spanId")) {
            Fields.of(event, name).ifPresent(value -> line.put(name, value));
        }
        if (event.getThrowableProxy() != null) {
            line.put("error", error(event.getThrowableProxy()));
        }
        return MAPPER.writeValueAsString(line) + '\n';
    }

    private static Map<String, String> error(IThrowableProxy thrown) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("class", thrown.getClassName());
        error.put("message", Stack.message(thrown));
        error.put("stack", Stack.of(thrown));
        return error;
    }
}

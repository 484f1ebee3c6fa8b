package dev.holdfast.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Log lines in both formats, with a separate Logback context. */
class LogLinesTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("dev.holdfast.engine.dispatch.WorkflowLoader");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final LogLines lines = new LogLines();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        events.start();
        log.setLevel(Level.INFO);
        log.addAppender(events);
        lines.setContext(context);
    }

    private String line() {
        assertThat(events.list).hasSize(1);
        return new String(lines.encode(events.list.getFirst()), StandardCharsets.UTF_8);
    }

    private JsonNode json() {
        context.putProperty(Logs.FORMAT, LogFormat.JSON.name());
        String line = line();
        assertThat(line).endsWith("\n").doesNotContainPattern("\n.");
        return JsonMapper.shared().readTree(line);
    }

    @Test
    void aLineForPeopleHasTimeLevelAndName() {
        log.info("it {}", "runs");

        assertThat(line())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  WorkflowLoader - it runs\n");
    }

    @Test
    void aLineForPeopleNamesItsWorkflowOnce() {
        log.atWarn().addKeyValue("workflow", "order-42").log("it waits");
        assertThat(line()).contains("WARN  WorkflowLoader [order-42] - it waits\n");

        events.list.clear();
        log.atWarn().addKeyValue("workflow", "order-42").log("workflow {} waits", "order-42");
        assertThat(line()).contains("WARN  WorkflowLoader - workflow order-42 waits\n");
    }

    @Test
    void whatTheThreadIsAboutStandsOnItsLines() {
        context.getMDCAdapter().put("workflow", "order-42");
        context.getMDCAdapter().put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
        context.getMDCAdapter().put("spanId", "00f067aa0ba902b7");
        context.getMDCAdapter().put("requestId", "call-7");
        log.info("it runs");

        assertThat(line()).contains("WorkflowLoader [order-42] - it runs");
        JsonNode line = json();
        assertThat(line.path("workflow").asString()).isEqualTo("order-42");
        assertThat(line.path("traceId").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line.path("spanId").asString()).isEqualTo("00f067aa0ba902b7");
        assertThat(line.path("requestId").asString()).isEqualTo("call-7");
    }

    @Test
    void inputCannotForgeALine() {
        log.info("said {}", "no\r\n2026-01-01T00:00:00.000Z ERROR Node - \u001b[2Jgone");

        assertThat(line()).endsWith("said no | 2026-01-01T00:00:00.000Z ERROR Node - ?[2Jgone\n");
        assertThat(json().path("message").asString()).contains("no\r\n2026");
    }

    @Test
    void aLineForProgramsHasTheseMembers() {
        context.putProperty(Logs.NODE, "node-1");
        log.atError()
                .addKeyValue("workflow", "order-42")
                .setCause(new IllegalStateException("outer", new IllegalArgumentException("the \"cause\"")))
                .log("it {}", "broke");

        JsonNode line = json();

        assertThat(line.propertyNames())
                .containsExactlyElementsOf(
                        List.of("time", "level", "logger", "thread", "message", "node", "workflow", "error"));
        assertThat(Duration.between(Instant.parse(line.path("time").asString()), Instant.now()))
                .isLessThan(Duration.ofMinutes(1));
        assertThat(line.path("time").asString()).endsWith("Z");
        assertThat(line.path("level").asString()).isEqualTo("ERROR");
        assertThat(line.path("logger").asString()).isEqualTo("dev.holdfast.engine.dispatch.WorkflowLoader");
        assertThat(line.path("thread").asString())
                .isEqualTo(Thread.currentThread().getName());
        assertThat(line.path("message").asString()).isEqualTo("it broke");
        assertThat(line.path("node").asString()).isEqualTo("node-1");
        assertThat(line.path("error").path("class").asString()).isEqualTo("java.lang.IllegalStateException");
        assertThat(line.path("error").path("message").asString()).isEqualTo("outer");
        assertThat(line.path("error").path("stack").asString())
                .contains("\tat dev.holdfast.server.log.LogLinesTest.")
                .contains("Caused by: java.lang.IllegalArgumentException: the \"cause\"");
    }

    @Test
    void aStackTraceAndAMessageAreBounded() {
        Throwable thrown = new IllegalStateException("root");
        for (int i = 0; i < 100; i++) {
            thrown = new IllegalStateException("payload ".repeat(100_000), thrown);
        }
        thrown.setStackTrace(deep(5_000));
        log.error("payload ".repeat(100_000), thrown);

        assertThat(line()).hasSizeLessThan(30_000).contains("... 4960 more");
        assertThat(json().toString()).hasSizeLessThan(40_000);
    }

    private static StackTraceElement[] deep(int frames) {
        StackTraceElement[] stack = new StackTraceElement[frames];
        Arrays.fill(stack, new StackTraceElement("a.B", "c", "B.java", 1));
        return stack;
    }

    @Test
    void whatWasSuppressedIsNamed() {
        IllegalStateException thrown = new IllegalStateException("first");
        thrown.addSuppressed(new IllegalArgumentException("second"));
        log.error("it broke", thrown);

        assertThat(line()).contains("\tSuppressed: java.lang.IllegalArgumentException: second\n");
    }
}

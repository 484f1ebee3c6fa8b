package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.EngineConfig;
import dev.holdfast.Submitter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each wither sets its own member and keeps the others, in whatever order they are called. */
class WithersTest {
    private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATE = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void workflowFilter() {
        WorkflowFilter expected = new WorkflowFilter(
                Optional.of("pay"),
                Set.of(WorkflowStatus.FAILED, WorkflowStatus.QUEUED),
                Map.of("a", "1", "b", "2"),
                Optional.of(EARLY),
                Optional.of(LATE),
                7,
                Optional.of("next"));
        assertThat(WorkflowFilter.newest(7)
                        .type("pay")
                        .statuses(WorkflowStatus.FAILED, WorkflowStatus.QUEUED)
                        .label("a", "1")
                        .label("b", "2")
                        .after(EARLY)
                        .before(LATE)
                        .from("next"))
                .isEqualTo(expected);
        assertThat(WorkflowFilter.newest(7)
                        .from("next")
                        .before(LATE)
                        .after(EARLY)
                        .label("b", "2")
                        .label("a", "1")
                        .statuses(WorkflowStatus.QUEUED, WorkflowStatus.FAILED)
                        .type("pay"))
                .isEqualTo(expected);
    }

    @Test
    void auditFilter() {
        AuditFilter expected = new AuditFilter(
                Optional.of("ann"),
                Optional.of("CANCEL"),
                Optional.of("w-1"),
                Optional.of(EARLY),
                Optional.of(LATE),
                7,
                Optional.of("next"));
        AuditFilter all = AuditFilter.newest(7);
        assertThat(all.actor("ann")
                        .action("CANCEL")
                        .target("w-1")
                        .after(EARLY)
                        .before(LATE)
                        .from("next"))
                .isEqualTo(expected);
        assertThat(all.from("next")
                        .before(LATE)
                        .after(EARLY)
                        .target("w-1")
                        .action("CANCEL")
                        .actor("ann"))
                .isEqualTo(expected);
    }

    @Test
    void deadLetterFilter() {
        DeadLetterFilter expected = new DeadLetterFilter(
                Optional.of("pay"), Optional.of("POISON"), Optional.of("charge"), 7, Optional.of("next"));
        DeadLetterFilter all = DeadLetterFilter.all(7);
        assertThat(all.type("pay").cause(DeadLetter.Cause.POISON).step("charge").from("next"))
                .isEqualTo(expected);
        assertThat(all.from("next")
                        .step("charge")
                        .cause(DeadLetter.Cause.POISON)
                        .type("pay"))
                .isEqualTo(expected);
    }

    @Test
    void requestContext() {
        RequestContext expected = new RequestContext(
                Optional.of("operator"),
                Optional.of("POST /v1/x"),
                Map.of("a", "1", "b", "2"),
                Optional.of("r-1"),
                Optional.of("t-1"));
        RequestContext none = RequestContext.NONE;
        assertThat(none.role("operator")
                        .route("POST /v1/x")
                        .with("a", "1")
                        .with("b", "2")
                        .requestId("r-1")
                        .traceId("t-1"))
                .isEqualTo(expected);
        assertThat(none.traceId("t-1")
                        .requestId("r-1")
                        .with("b", "2")
                        .with("a", "1")
                        .route("POST /v1/x")
                        .role("operator"))
                .isEqualTo(expected);
    }

    @Test
    void retentionRule() {
        Duration month = Duration.ofDays(30);
        assertThat(RetentionRule.keep(month).definition("pay").status(WorkflowStatus.FAILED))
                .isEqualTo(
                        RetentionRule.keep(month).status(WorkflowStatus.FAILED).definition("pay"))
                .isEqualTo(
                        new RetentionRule(Optional.of("pay"), Optional.of(WorkflowStatus.FAILED), Optional.of(month)));
        assertThat(RetentionRule.forever())
                .isEqualTo(new RetentionRule(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void retentionRuleSaysWhatItExpects() {
        assertThatThrownBy(() -> RetentionRule.keep(Duration.ofHours(23)))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("keep is PT23H: expected \"forever\", or PT24H to 100 years");
    }

    @Test
    void submitter() {
        Submitter expected = new Submitter("ann", Optional.of("submitter"), Optional.of("r-1"));
        assertThat(Submitter.named("ann").role("submitter").requestId("r-1")).isEqualTo(expected);
        assertThat(Submitter.named("ann").requestId("r-1").role("submitter")).isEqualTo(expected);
    }

    @Test
    void actionOptions() {
        RequestContext request = RequestContext.NONE.role("operator");
        ActionOptions expected = new ActionOptions("why", "ann", Optional.of("k-1"), request);
        assertThat(ActionOptions.because("why").by("ann").key("k-1").in(request))
                .isEqualTo(expected);
        assertThat(ActionOptions.because("why").in(request).key("k-1").by("ann"))
                .isEqualTo(expected);
    }

    @Test
    void engineConfig() {
        EngineConfig changed = EngineConfig.defaults()
                .loadedMax(1)
                .payloadMaxBytes(2)
                .loadedMaxBytes(3 << 20)
                .acceptWait(Duration.ofSeconds(3))
                .pollInterval(Duration.ofSeconds(4))
                .backOffInMemory(Duration.ofSeconds(6))
                .retentionInterval(Duration.ofSeconds(7))
                .shutdownGrace(Duration.ofSeconds(8));
        assertThat(changed)
                .isEqualTo(new EngineConfig(
                        1,
                        3 << 20,
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(8)));
    }
}

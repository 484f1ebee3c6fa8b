package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.EngineConfig;
import dev.holdfast.Submitter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each wither sets its own member and keeps the others, in whatever order they are called. */
class WithersTest {
    private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATE = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void workflowFilter() {
        WorkflowFilter plain = WorkflowFilter.newest(7);
        WorkflowFilter ordered = plain.type("pay")
                .statuses(WorkflowStatus.FAILED, WorkflowStatus.QUEUED)
                .label("a", "1")
                .label("b", "2")
                .waitingFor("signal:go")
                .after(EARLY)
                .before(LATE)
                .from("next");
        WorkflowFilter reversed = plain.from("next")
                .before(LATE)
                .after(EARLY)
                .waitingFor("signal:go")
                .label("b", "2")
                .label("a", "1")
                .statuses(WorkflowStatus.QUEUED, WorkflowStatus.FAILED)
                .type("pay");
        assertThat(List.of(ordered, reversed)).allSatisfy(filter -> {
            assertThat(filter.type()).contains("pay");
            assertThat(filter.statuses()).containsExactlyInAnyOrder(WorkflowStatus.FAILED, WorkflowStatus.QUEUED);
            assertThat(filter.labels()).isEqualTo(Map.of("a", "1", "b", "2"));
            assertThat(filter.waitingFor()).contains("signal:go");
            assertThat(filter.after()).contains(EARLY);
            assertThat(filter.before()).contains(LATE);
            assertThat(filter.limit()).isEqualTo(7);
            assertThat(filter.cursor()).contains("next");
        });
        assertThat(plain.type()).as("a copy was changed").isEmpty();
        assertThat(plain.labels()).isEmpty();
    }

    @Test
    void auditFilter() {
        AuditFilter all = AuditFilter.newest(7);
        AuditFilter ordered = all.actor("ann")
                .action("CANCEL")
                .target("w-1")
                .after(EARLY)
                .before(LATE)
                .from("next");
        AuditFilter reversed = all.from("next")
                .before(LATE)
                .after(EARLY)
                .target("w-1")
                .action("CANCEL")
                .actor("ann");
        assertThat(List.of(ordered, reversed)).allSatisfy(filter -> {
            assertThat(filter.actor()).contains("ann");
            assertThat(filter.action()).contains("CANCEL");
            assertThat(filter.target()).contains("w-1");
            assertThat(filter.after()).contains(EARLY);
            assertThat(filter.before()).contains(LATE);
            assertThat(filter.limit()).isEqualTo(7);
            assertThat(filter.cursor()).contains("next");
        });
        assertThat(all.actor()).as("a copy was changed").isEmpty();
    }

    @Test
    void deadLetterFilter() {
        DeadLetterFilter all = DeadLetterFilter.all(7);
        DeadLetterFilter ordered =
                all.type("pay").cause(DeadLetter.Cause.POISON).step("charge").from("next");
        DeadLetterFilter reversed =
                all.from("next").step("charge").cause(DeadLetter.Cause.POISON).type("pay");
        assertThat(List.of(ordered, reversed)).allSatisfy(filter -> {
            assertThat(filter.type()).contains("pay");
            assertThat(filter.cause()).contains(DeadLetter.Cause.POISON);
            assertThat(filter.step()).contains("charge");
            assertThat(filter.limit()).isEqualTo(7);
            assertThat(filter.cursor()).contains("next");
        });
        assertThat(all.type()).as("a copy was changed").isEmpty();
    }

    @Test
    void aFilterRefusesWhatItCannotSelect() {
        for (int limit : new int[] {0, 501}) {
            assertThatThrownBy(() -> WorkflowFilter.newest(limit)).hasMessageContaining("expected 1 to 500");
            assertThatThrownBy(() -> AuditFilter.newest(limit)).hasMessageContaining("expected 1 to 500");
            assertThatThrownBy(() -> DeadLetterFilter.all(limit)).hasMessageContaining("expected 1 to 500");
        }
        assertThatThrownBy(() -> AuditFilter.newest(1).actor("")).isInstanceOf(InvalidOptionException.class);
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
                .hasMessageContaining("keep is 23 h: expected \"forever\", or 1 day to 100 years");
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
                .keptLoaded(Duration.ofSeconds(6))
                .retentionInterval(Duration.ofSeconds(7))
                .shutdownGrace(Duration.ofSeconds(8));
        assertThat(changed.loadedMax()).isEqualTo(1);
        assertThat(changed.payloadMaxBytes()).isEqualTo(2);
        assertThat(changed.loadedMaxBytes()).isEqualTo(3 << 20);
        assertThat(changed.acceptWait()).isEqualTo(Duration.ofSeconds(3));
        assertThat(changed.pollInterval()).isEqualTo(Duration.ofSeconds(4));
        assertThat(changed.keptLoaded()).isEqualTo(Duration.ofSeconds(6));
        assertThat(changed.retentionInterval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(changed.shutdownGrace()).isEqualTo(Duration.ofSeconds(8));
        assertThat(EngineConfig.defaults().loadedMax()).isEqualTo(10_000);
        assertThatThrownBy(() -> changed.loadedMax(0))
                .hasMessageContaining("loadedMax 0")
                .hasMessageContaining("at least 1");
    }
}

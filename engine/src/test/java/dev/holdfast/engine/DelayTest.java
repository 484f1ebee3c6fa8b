package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A submission with a delay, or a time, starts then by the clock of the database. */
@Timeout(60)
final class DelayTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> NOTE = Signal.named("note", String.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> started = new CopyOnWriteArrayList<>();

    private EngineNode node() {
        return EngineNode.start(
                database,
                builder -> builder.register(WORK, (ctx, input) -> {
                    String note = input.startsWith("note") ? ctx.awaitSignal(NOTE) : "";
                    return ctx.step("start", String.class, step -> {
                        started.add(input);
                        return input + note;
                    });
                }));
    }

    private static void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    @Test
    void itStartsWhenItsDelayIsOverWhicheverWayItWasSubmitted() {
        try (EngineNode node = node()) {
            List<WorkflowHandle<String>> delayed = List.of(
                    node.engine().submit(WORK, "plain", Submission.plain().after(DAY)),
                    node.engine().submit(WORK, "key", Submission.key("k").after(DAY)),
                    node.engine()
                            .submit(
                                    WORK,
                                    "id",
                                    Submission.id("i").at(clock.instant().plus(DAY))),
                    node.engine()
                            .submit(
                                    WORK,
                                    "note",
                                    Submission.plain()
                                            .at(clock.instant().plus(DAY))
                                            .signal(NOTE, "!")));
            awaitLooks(node);
            clock.advance(DAY.minusMillis(1));
            awaitLooks(node);
            assertThat(delayed).extracting(WorkflowHandle::status).containsOnly(WorkflowStatus.QUEUED);
            assertThat(started).isEmpty();
            clock.advance(Duration.ofMillis(1));
            assertThat(delayed)
                    .extracting(handle -> handle.result(EngineNode.DEADLINE))
                    .containsExactly("plain", "key", "id", "note!");
        }
    }

    @Test
    void itSurvivesARestartAndIsJoinedMeanwhile() {
        String id;
        try (EngineNode node = node()) {
            id = node.engine()
                    .submit(WORK, "key", Submission.key("k").after(DAY))
                    .id();
            node.crash();
        }
        try (EngineNode node = node()) {
            assertThat(node.engine().submit(WORK, "key", Submission.key("k")).id())
                    .isEqualTo(id);
            awaitLooks(node);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.QUEUED);
            assertThat(started).isEmpty();
            clock.advance(DAY);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("key");
        }
    }

    @Test
    void aCancelEndsItAtOnceAndNothingRan() {
        try (EngineNode node = node()) {
            String id = node.engine()
                    .submit(WORK, "a", Submission.plain().after(DAY))
                    .id();
            assertThat(node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.CANCELLED);
            clock.advance(DAY);
            awaitLooks(node);
            assertThat(started).isEmpty();
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void aPauseDoesNotBringItsStartForward() {
        try (EngineNode node = node()) {
            WorkflowHandle<String> handle =
                    node.engine().submit(WORK, "a", Submission.plain().after(DAY));
            assertThat(node.engine().admin().pause(handle.id(), WHY, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.PAUSED);
            assertThat(node.engine().admin().resume(handle.id(), WHY, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.QUEUED);
            awaitLooks(node);
            assertThat(started).isEmpty();
            clock.advance(DAY);
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo("a");
        }
    }

    @Test
    void aStartThatHasPassedAndADelayOfNothingAreAtOnce() {
        try (EngineNode node = node()) {
            Submission past = Submission.plain().at(Instant.EPOCH);
            assertThat(node.run(WORK, "past", past)).isEqualTo("past");
            assertThat(node.run(WORK, "none", Submission.key("k").after(Duration.ZERO)))
                    .isEqualTo("none");
            assertThat(node.run(WORK, "replaced", past.after(DAY).at(Instant.MIN)))
                    .isEqualTo("replaced");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.001S", "-P1D", "P366DT0.001S", "PT2562047788015215H30M7S"})
    void aDelayBelowNothingOrOverAYearIsRefused(String delay) {
        assertThatThrownBy(() -> Submission.plain().after(Duration.parse(delay)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("up to 366 days");
    }

    @Test
    void aStartOverAYearAheadIsRefusedAndNothingIsAccepted() {
        try (EngineNode node = node()) {
            for (Instant start :
                    List.of(clock.instant().plus(DAY.multipliedBy(366)).plusMillis(1), Instant.MAX)) {
                assertThatThrownBy(() -> node.engine()
                                .submit(WORK, "a", Submission.id("far").at(start)))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("within 366 days");
            }
            Submission lastMoment = Submission.id("far").at(clock.instant().plus(DAY.multipliedBy(366)));
            assertThat(node.engine().submit(WORK, "a", lastMoment).id()).isEqualTo("far");
        }
    }
}

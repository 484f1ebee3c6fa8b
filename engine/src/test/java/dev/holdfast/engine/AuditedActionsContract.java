package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each request of an operator is in the audit, refused or not, on every store. */
@Timeout(60)
public abstract class AuditedActionsContract {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration WAIT = EngineNode.DEADLINE;
    private static final String NEVER_GENERATED = "h1" + "0".repeat(32);

    private final CountDownLatch go = new CountDownLatch(1);

    /** An action of {@link Admin} on a workflow or a dead letter. */
    private interface Act {
        Optional<WorkflowStatus> on(Admin admin, String target, ActionOptions options, Duration wait);
    }

    private static Act act(ActionKind kind) {
        return switch (kind) {
            case CANCEL -> Admin::cancel;
            case TERMINATE -> Admin::terminate;
            case PAUSE -> Admin::pause;
            case RESUME -> Admin::resume;
            case RETRY -> Admin::retry;
            case RUN_AGAIN -> Admin::runAgainAnyway;
            case DISCARD -> Admin::discard;
            case ERASE -> Admin::erase;
            case SCRUB -> Admin::scrub;
        };
    }

    /** Starts an engine on an empty store. */
    protected abstract Holdfast start(UnaryOperator<Holdfast.Builder> with);

    private Holdfast start() {
        return start(builder -> builder.register(WORK, (ctx, in) -> {
            switch (in) {
                case "parks" -> throw new IllegalStateException("it breaks");
                case "runs" -> ctx.run("wait", step -> go.await());
                default -> {}
            }
            return in;
        }));
    }

    private String ended(Holdfast holdfast) {
        var handle = holdfast.submit(WORK, "ends");
        assertThat(handle.result(WAIT)).isEqualTo("ends");
        return handle.id();
    }

    private static String parked(Holdfast holdfast) {
        String id = holdfast.submit(WORK, "parks").id();
        Await.until("it is parked", () -> holdfast.admin().find(id).deadLetter().isPresent());
        return holdfast.admin().find(id).deadLetter().orElseThrow();
    }

    private static String closed(Holdfast holdfast) {
        String letter = parked(holdfast);
        assertThat(holdfast.admin().discard(letter, ActionOptions.because("it is hopeless"), WAIT))
                .contains(WorkflowStatus.FAILED);
        return letter;
    }

    private static ActionOptions why(ActionKind kind, String key) {
        return ActionOptions.because("for " + kind).by("ann").key(key);
    }

    private static Class<? extends HoldfastException> failure(
            Holdfast holdfast, ActionKind kind, String target, String key) {
        try {
            act(kind).on(holdfast.admin(), target, why(kind, key), WAIT);
        } catch (HoldfastException e) {
            return e.getClass();
        }
        throw new AssertionError(kind + " of " + target + " was applied");
    }

    /** Two rows for each request, however often it is sent under its key. */
    private static void assertRefused(
            Holdfast holdfast, ActionKind kind, String target, Optional<WorkflowStatus> status) {
        List<AuditEntry> all = holdfast.admin().audit(AuditFilter.newest(100)).items();
        List<AuditEntry> rows = all.stream()
                .filter(row ->
                        row.reason().equals("for " + kind) && row.target().equals(target))
                .toList();
        assertThat(rows).as("%s of %s", kind, target).hasSize(2).allSatisfy(row -> {
            assertThat(row.id()).isEqualTo(rows.getFirst().id());
            assertThat(row.action()).isEqualTo(kind.name());
            assertThat(row.actor()).isEqualTo("ann");
        });
        assertThat(rows.getFirst().outcome()).contains("REFUSED");
        assertThat(rows.getFirst().status()).isEqualTo(status);
        assertThat(rows.getLast().decided()).isFalse();
    }

    @Test
    void aRefusalIsThereOnceForEachRequest() {
        try (Holdfast holdfast = start()) {
            String ended = ended(holdfast);
            String open = holdfast.submit(WORK, "runs").id();
            String letter = closed(holdfast);
            for (ActionKind kind : ActionKind.values()) {
                String target = switch (kind) {
                    case CANCEL, TERMINATE, PAUSE, RESUME -> ended;
                    case ERASE, SCRUB -> open;
                    case RETRY, RUN_AGAIN, DISCARD -> letter;
                };
                WorkflowStatus status = switch (kind) {
                    case CANCEL, TERMINATE, PAUSE, RESUME -> WorkflowStatus.COMPLETED;
                    case ERASE, SCRUB -> WorkflowStatus.RUNNING;
                    case RETRY, RUN_AGAIN, DISCARD -> WorkflowStatus.FAILED;
                };
                for (int time = 0; time < 2; time++) {
                    assertThat(failure(holdfast, kind, target, "k")).isEqualTo(ActionRefusedException.class);
                }
                assertRefused(holdfast, kind, target, Optional.of(status));
            }
            go.countDown();
        }
    }

    @Test
    void aTargetThatDoesNotExistIsThereToo() {
        try (Holdfast holdfast = start()) {
            String erased = ended(holdfast);
            holdfast.admin().erase(erased, ActionOptions.because("the law"), WAIT);
            for (ActionKind kind : ActionKind.values()) {
                boolean ofLetter = Set.of(ActionKind.RETRY, ActionKind.RUN_AGAIN, ActionKind.DISCARD)
                        .contains(kind);
                Class<?> expected = ofLetter ? UnknownDeadLetterException.class : UnknownWorkflowException.class;
                for (String target : List.of("nope", erased)) {
                    for (int time = 0; time < 2; time++) {
                        assertThat(failure(holdfast, kind, target, "k")).isEqualTo(expected);
                    }
                    assertRefused(holdfast, kind, target, Optional.empty());
                }
            }
            assertThat(failure(holdfast, ActionKind.CANCEL, NEVER_GENERATED, "k"))
                    .isIn(InvalidInputException.class, UnknownWorkflowException.class);
            assertRefused(holdfast, ActionKind.CANCEL, NEVER_GENERATED, Optional.empty());
        }
    }

    @Test
    void withoutAKeyEachRequestIsThere() {
        try (Holdfast holdfast = start()) {
            String ended = ended(holdfast);
            for (int time = 0; time < 3; time++) {
                try {
                    holdfast.admin().cancel(ended, ActionOptions.because("again"), Duration.ZERO);
                } catch (ActionRefusedException e) {
                    assertThat(e.status()).isEqualTo(WorkflowStatus.COMPLETED);
                }
            }
            assertThat(holdfast.admin().audit(AuditFilter.newest(100)).items()).hasSize(6);
        }
    }
}

package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** What a replay lets pass, and what it finds. */
@Timeout(60)
final class ReplayTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Workflow<String, String> CODE = (ctx, in) -> {
        String first = ctx.step("first", String.class, step -> "1");
        ctx.sleep(HOUR);
        String go = ctx.awaitSignal(GO);
        return first + go + ctx.step("second", String.class, step -> "2");
    };

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> in);

    private String ended() {
        return history(CODE, true);
    }

    private String open() {
        return history(CODE, false);
    }

    private String history(Workflow<String, String> code, boolean ends) {
        kit.register(WORK, code);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.advance(HOUR);
        if (ends) {
            kit.signal(handle, GO, "go");
            kit.result(handle);
        }
        kit.awaitIdle();
        return Exports.text(kit, handle.id());
    }

    private static String failure(String history, Workflow<String, String> code) {
        return failure(Replay.of(history), code);
    }

    private static String failure(Replay replay, Workflow<String, String> code) {
        return String.valueOf(assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> replay.against(WORK, code))
                .actual()
                .getMessage());
    }

    @Test
    void callsNoBody() {
        AtomicInteger bodies = new AtomicInteger();
        Replay.of(ended()).against(WORK, (ctx, in) -> {
            ctx.step("first", String.class, step -> "" + bodies.incrementAndGet());
            ctx.sleep(HOUR);
            ctx.awaitSignal(GO);
            return ctx.step("second", String.class, step -> "" + bodies.incrementAndGet());
        });
        assertThat(bodies).hasValue(0);
    }

    @Test
    void readsAStreamAndAFileAndADirectory(@TempDir Path directory) throws IOException {
        String history = ended();
        Path file = Files.writeString(directory.resolve("a.jsonl"), history);
        Files.writeString(directory.resolve("b.jsonl"), history);
        Files.writeString(directory.resolve("notes.txt"), "no history");

        Replay.of(new ByteArrayInputStream(history.getBytes(StandardCharsets.UTF_8)))
                .against(WORK, CODE);
        Replay.of(file).against(WORK, CODE);
        Replay.directory(directory).against(WORK, CODE);
        assertThat(failure(Replay.directory(directory), (ctx, in) -> in))
                .contains("2 of 2 histories", "a.jsonl", "b.jsonl");
    }

    @Test
    void anotherStepIsNamedWithItsPlaceAndItsFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a.jsonl"), ended());
        assertThat(failure(Replay.of(file), (ctx, in) -> ctx.step("other", String.class, step -> "1")))
                .contains(file.toString(), "call 0", "step \"first\"", "step \"other\"", "HISTORY_MISMATCH");
    }

    @Test
    void aStepThatIsInsertedDoesNotFit() {
        assertThat(failure(ended(), (ctx, in) -> {
                    String first = ctx.step("first", String.class, step -> "1");
                    ctx.sleep(HOUR);
                    ctx.run("inserted", step -> {});
                    return first + ctx.awaitSignal(GO);
                }))
                .contains("call 2", "await of signal \"go\"", "step \"inserted\"");
    }

    @Test
    void aStepBehindTheLastOneFitsAnOpenWorkflowAndNoEndedOne() {
        Workflow<String, String> longer = (ctx, in) -> {
            String value = CODE.run(ctx, in);
            ctx.run("third", step -> {});
            return value;
        };
        Replay.of(open()).against(WORK, longer);
        kit.reset();
        assertThat(failure(ended(), longer))
                .contains("the log ends with COMPLETED", "runs attempt 1 of step \"third\" at call 4");
    }

    @Test
    void codeThatEndsBeforeTheLogDoesIsFound() {
        assertThat(failure(ended(), (ctx, in) -> ctx.step("first", String.class, step -> "1")))
                .contains("call 1", "sleep");
    }

    @Test
    void recordsThatCodeDoesNotComeToAreFound() {
        String history = ended();
        String lost = history.replace("\"state\":\"SUCCEEDED\",\"value\":\"1\"", "\"state\":\"NOT_BEGUN\"");
        assertThat(lost).isNotEqualTo(history);
        assertThat(failure(lost, CODE))
                .contains("at call 1 the log has sleep", "does not come to it: it runs attempt 2 of step \"first\"");
    }

    @Test
    void anotherEndIsFound() {
        assertThat(failure(ended(), (ctx, in) -> {
                    CODE.run(ctx, in);
                    throw new WorkflowFailedException("no");
                }))
                .contains("the log ends with COMPLETED, but the code ends with FAILED");
    }

    @Test
    void anExceptionOfTheNewCodeIsFound() {
        String history = history(
                (ctx, in) -> {
                    ctx.run("first", step -> {});
                    return ctx.awaitSignal(GO);
                },
                false);
        assertThat(failure(history, (ctx, in) -> {
                    ctx.run("first", step -> {});
                    throw new IllegalStateException("a bug");
                }))
                .contains("throws an exception that the log does not have", "a bug", "ReplayTest", "at call 0");
    }

    @Test
    void mendedCodeFitsAParkedWorkflow() {
        kit.register(WORK, (ctx, in) -> {
            ctx.run("first", step -> {});
            throw new IllegalStateException("a bug");
        });
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.deadLetter(handle);
        Replay.of(Exports.text(kit, handle.id())).against(WORK, (ctx, in) -> {
            ctx.run("first", step -> {});
            return "mended";
        });
    }

    @Test
    void aTypeThatDoesNotFitTheValueIsFound() {
        kit.register(WORK, (ctx, in) -> ctx.step("first", Map.class, step -> Map.of("a", 1)) + in);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.result(handle);
        assertThat(failure(
                        Exports.text(kit, handle.id()), (ctx, in) -> "" + ctx.step("first", Integer.class, step -> 1)))
                .contains("UNDECODABLE");
    }

    @Test
    void codeThatReadsAnotherClockIsFoundByACut() {
        // Whole, the history is followed: the value of the flag differs only where a node takes the workflow up early.
        AtomicInteger runs = new AtomicInteger();
        assertThat(failure(ended(), (ctx, in) -> {
                    if (runs.incrementAndGet() == 5) {
                        ctx.run("sometimes", step -> {});
                    }
                    return CODE.run(ctx, in);
                }))
                .contains("cut ", "sometimes");
    }

    @Test
    void branchesReplayAtAnyCut() {
        Workflow<String, String> code = (ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> {}, step -> {});
            String won = ctx.race(List.of(
                    branch -> branch.awaitSignal(GO),
                    branch -> String.join("", branch.map(List.of("a", "b"), 2, (inner, item) -> {
                        String value = inner.step(item, String.class, step -> item);
                        inner.sleep(HOUR.multipliedBy(2));
                        return value;
                    }))));
            return won + ctx.step("ship", String.class, step -> "s");
        });
        Replay.of(history(code, true)).against(WORK, code);
    }

    @Test
    void aBranchThatIsLeftOutIsFound() {
        Workflow<String, String> code = (ctx, in) -> String.join("", ctx.map(List.of("a", "b"), 2, (branch, item) -> {
            branch.step("one", String.class, step -> item);
            return branch.step("two", String.class, step -> item);
        }));
        kit.register(WORK, code);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.result(handle);
        String history = Exports.text(kit, handle.id());
        Replay.of(history).against(WORK, code);
        assertThat(failure(
                        history,
                        (ctx, in) -> String.join("", ctx.map(List.of("a", "b"), 2, (branch, item) -> {
                            branch.step("one", String.class, step -> item);
                            return item.equals("a") ? branch.step("two", String.class, step -> item) : item;
                        }))))
                .contains("call 0.1:1", "step \"two\"", "the end of the branch");
    }

    @Test
    void aCancelledWorkflowReplays() {
        Workflow<String, String> code = (ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> {}, step -> {});
            return ctx.awaitSignal(GO);
        });
        kit.register(WORK, code);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.awaitIdle();
        kit.holdfast().admin().cancel(handle.id(), ActionOptions.because("a test"), HOUR);
        kit.awaitIdle();
        String history = Exports.text(kit, handle.id());
        Replay.of(history).against(WORK, code);
        assertThat(failure(history, (ctx, in) -> {
                    ctx.run("hold", step -> {});
                    return ctx.awaitSignal(GO);
                }))
                .contains("undo-hold");
    }

    @Test
    void codeThatBlocksIsFound() {
        String history = open();
        assertThat(failure(Replay.of(history).patience(Duration.ofMillis(200)), (ctx, in) -> {
                    new CountDownLatch(1).await();
                    return in;
                }))
                .contains("has not come to the end of the history within PT0.2S", "CountDownLatch");
    }

    @Test
    void anotherDefinitionIsRefused() {
        Definition<String, String> next = Definition.of("work", 2, String.class, String.class);
        String history = ended();
        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> Replay.of(history).against(next, CODE))
                .withMessageContaining("a history of work version 1: expected one of work version 2");
    }

    @Test
    void aFileThatIsNotWholeIsRefused() {
        String history = ended();
        String second = history.lines().skip(1).findFirst().orElseThrow() + "\n";
        String cut = history.substring(0, history.lastIndexOf("{\"records\""));
        String without = history.replace(second, "");
        assertThatIllegalArgumentException().isThrownBy(() -> Replay.of(cut)).withMessageContaining("is cut off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.of(without))
                .withMessageContaining("line 2: it has record 2: expected 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.of(history + history))
                .withMessageContaining("nothing behind the last line");
        assertThatIllegalArgumentException().isThrownBy(() -> Replay.of("")).withMessageContaining("is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.of("{\"items\":[]}"))
                .withMessageContaining("not that of --json");
        assertThatIllegalArgumentException().isThrownBy(() -> Replay.of("{")).withMessageContaining("no JSON");
    }

    @Test
    void whatANewerBuildHasWrittenIsRefused() {
        String history = ended();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.of(history.replace("{\"holdfast-history\":1", "{\"holdfast-history\":2")))
                .withMessageContaining("format 2: expected 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.of(history.replace("\"kind\":\"timer\"", "\"kind\":\"sundial\"")))
                .withMessageContaining("sundial");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.of(history.replace("\"state\":\"SUCCEEDED\"", "\"state\":\"LUCKY\"")))
                .withMessageContaining("LUCKY");
        Replay.of(history.replace("{\"seq\"", "{\"added\":{\"later\":1},\"seq\""))
                .against(WORK, CODE);
    }

    @Test
    void anEmptyDirectoryIsRefused(@TempDir Path directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replay.directory(directory))
                .withMessageContaining("there is no history in");
    }

    @Test
    void anAttemptThatMayHaveRunReplaysAtEachCut() {
        Workflow<String, String> code = (ctx, in) -> {
            ctx.run(Step.named("once").atMostOnce(), step -> {});
            return "done";
        };
        kit.register(WORK, code);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.result(handle);
        Replay.of(Exports.text(kit, handle.id())).against(WORK, code);
    }
}

package dev.holdfast.testing;

import dev.holdfast.ChildFailedException;
import dev.holdfast.DeadlineExceeded;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The workflows whose histories are stored in {@code src/test/resources/histories}, each with what happens to it. The
 * code of a workflow with a stored history never changes: add another one instead.
 */
enum RecordedWorkflows {
    STEPS {
        @Override
        String run(WorkflowContext ctx, String in) {
            ctx.run("greet", step -> {});
            String text = ctx.step(Step.named("flaky").retry(RetryPolicy.exponential(HOUR, 4)), String.class, step -> {
                if (step.attempt() < 3) {
                    throw new IOException("attempt " + step.attempt());
                }
                return "from " + in;
            });
            try {
                ctx.run(
                        Step.named("slow").timeout(Duration.ofMillis(20)).retry(RetryPolicy.exponential(HOUR, 2)),
                        step -> {
                            if (step.attempt() == 1) {
                                Thread.sleep(Duration.ofMinutes(1));
                            }
                            throw new StepRejected("no");
                        });
            } catch (StepRejectedException e) {
                return text + ", rejected at " + ctx.uuid();
            }
            return text;
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.result(handle);
        }
    },
    WAITS {
        @Override
        String run(WorkflowContext ctx, String in) {
            String began = ctx.now().toString();
            ctx.sleep(HOUR);
            ctx.publish("phase", Map.of("began", began));
            String late = ctx.awaitSignal(GO, HOUR).orElse("nobody");
            var answer = ctx.callback("answer", String.class);
            ctx.run("ask", step -> {});
            ctx.publish("url", answer.url());
            return late + ctx.awaitSignal(GO) + answer.await();
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.advance(HOUR.multipliedBy(3));
            kit.holdfast().admin().pause(handle.id(), WHY, PATIENCE);
            kit.signal(handle, GO, "go");
            kit.answer(kit.published(handle, "url", String.class).orElseThrow(), "\"yes\"");
            kit.holdfast().admin().resume(handle.id(), WHY, PATIENCE);
            kit.result(handle);
            kit.awaitIdle();
        }
    },
    CHANGED {
        @Override
        String run(WorkflowContext ctx, String in) {
            String text = "";
            for (int i = 0; i < 2; i++) {
                text += ctx.changed("greet") ? ctx.step("greet", String.class, step -> "hello ") : "";
            }
            ctx.all(List.of(branch -> branch.changed("first"), branch -> branch.changed("second")));
            boolean isNew = ctx.changed("late");
            return text + isNew + ctx.uuid();
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.result(handle);
        }
    },
    BRANCHES {
        @Override
        String run(WorkflowContext ctx, String in) {
            String first = ctx.race(List.of(
                    branch -> branch.saga(saga -> {
                        saga.run("hold", step -> {}, step -> {});
                        branch.sleep(HOUR.multipliedBy(3));
                        return "slow";
                    }),
                    branch -> {
                        branch.sleep(HOUR);
                        return "fast";
                    }));
            List<String> each = ctx.map(
                    List.of("a", "b", "c"), 2, (branch, item) -> branch.step("each", String.class, step -> item));
            try {
                ctx.all(List.of(
                        branch -> branch.awaitSignal(GO),
                        branch -> branch.step("refuse", String.class, step -> {
                            throw new StepRejected("no");
                        })));
            } catch (StepRejectedException e) {
                return first + each;
            }
            return "none";
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.result(handle);
        }
    },
    FAMILY {
        @Override
        String run(WorkflowContext ctx, String in) {
            if (!in.equals("in")) {
                if (in.equals("fails")) {
                    throw new WorkflowFailedException("it fails");
                }
                return ctx.step("child", String.class, step -> in);
            }
            String first = ctx.child(definition(), "works");
            String detached = ctx.start(definition(), "alone");
            try {
                return ctx.child(definition(), "fails");
            } catch (ChildFailedException e) {
                return first + detached.length();
            }
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.result(handle);
        }
    },
    PARKED {
        @Override
        String run(WorkflowContext ctx, String in) {
            return ctx.step(Step.named("pay").retry(RetryPolicy.exponential(HOUR, 2)), String.class, step -> {
                if (step.attempt() < 3) {
                    throw new IOException("closed");
                }
                return "paid";
            });
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.holdfast().admin().retry(kit.deadLetter(handle).id(), WHY, PATIENCE);
            kit.result(handle);
        }
    },
    THROWS {
        @Override
        String run(WorkflowContext ctx, String in) {
            ctx.run("greet", step -> {});
            throw new IllegalStateException("a bug");
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.deadLetter(handle);
        }
    },
    CANCELLED {
        @Override
        String run(WorkflowContext ctx, String in) {
            ctx.onExit("tidy", step -> {});
            return ctx.saga(saga -> {
                saga.run("hold", step -> {}, step -> {});
                return ctx.all(List.of(branch -> branch.awaitSignal(GO), branch -> {
                            branch.sleep(HOUR);
                            return "slept";
                        }))
                        .toString();
            });
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.advance(HOUR);
            kit.holdfast().admin().cancel(handle.id(), WHY, PATIENCE);
            kit.awaitIdle();
        }
    },
    DEADLINE {
        @Override
        String run(WorkflowContext ctx, String in) {
            return ctx.saga(saga -> {
                saga.run("hold", step -> {}, step -> {});
                try {
                    return ctx.awaitSignal(GO);
                } catch (DeadlineExceeded e) {
                    throw new WorkflowFailedException("too late");
                }
            });
        }

        @Override
        Submission submission() {
            return Submission.id(id()).deadline(HOUR);
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.advance(HOUR.multipliedBy(2));
        }
    },
    DOUBT {
        @Override
        String run(WorkflowContext ctx, String in) {
            ctx.run(Step.named("once").atMostOnce(), step -> {});
            return "done";
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.holdfast().admin().runAgainAnyway(kit.deadLetter(handle).id(), WHY, PATIENCE);
            kit.result(handle);
        }

        @Override
        int crashAfter() {
            return 1;
        }
    },
    OPEN {
        @Override
        String run(WorkflowContext ctx, String in) {
            ctx.run("greet", step -> {});
            return ctx.race(List.of(branch -> branch.awaitSignal(GO), branch -> {
                branch.run("ring", step -> {});
                branch.sleep(HOUR.multipliedBy(9));
                return "slept";
            }));
        }

        @Override
        void scenario(Kit kit, WorkflowHandle<String> handle) {
            kit.advance(HOUR);
        }
    };

    static final Signal<String> GO = Signal.named("go", String.class);
    static final Duration HOUR = Duration.ofHours(1);
    private static final ActionOptions WHY = ActionOptions.because("a fixture");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Its code. */
    abstract String run(WorkflowContext ctx, String in);

    /** What happens to it. */
    abstract void scenario(Kit kit, WorkflowHandle<String> handle);

    /** After how many records its node crashes; 0 for never. */
    int crashAfter() {
        return 0;
    }

    Submission submission() {
        return Submission.id(id());
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    Definition<String, String> definition() {
        return Definition.of(id(), 1, String.class, String.class);
    }

    Workflow<String, String> code() {
        return this::run;
    }

    /** Runs it, and returns its history. */
    String history() {
        try (Kit kit = Kit.with(definition(), code())) {
            if (crashAfter() > 0) {
                kit.crashAfter(crashAfter());
            }
            WorkflowHandle<String> handle = kit.submit(definition(), "in", submission());
            scenario(kit, handle);
            kit.awaitIdle();
            return Exports.text(kit, handle.id());
        }
    }
}

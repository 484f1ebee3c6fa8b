package dev.holdfast.samples.probe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Probe: a workflow that harms its process, in one of several ways. Run by the engine; stateless except for its ledger.
 */
public final class PoisonProbe implements Workflow<PoisonProbe.Plan, PoisonProbe.Done> {
    public static final Definition<Plan, Done> DEFINITION = Definition.of("probe.poison", 1, Plan.class, Done.class);
    private static final RetryPolicy QUICK = RetryPolicy.exponential(Duration.ofMillis(50), 3);
    private static final RetryPolicy PATIENT =
            RetryPolicy.exponential(Duration.ofSeconds(3), 2).factor(1).jitter(0);
    private static final int CHUNK_BYTES = 16 << 20;

    /** The input: {@code mode} is halt, oom, stackoverflow or undecodable. */
    public record Plan(@Nullable String mode) {
        /**
         * Throws {@code InvalidInputException} for an unknown mode, and for one that ends the process without
         * permission.
         */
        public Plan {
            switch (mode) {
                case "halt", "oom" -> Halt.requireAllowed("mode", mode);
                case "stackoverflow", "undecodable" -> {}
                case null, default ->
                    throw new InvalidInputException(
                            "mode", "mode is " + mode + ": expected halt, oom, stackoverflow or undecodable");
            }
        }
    }

    /** The result, which no run reaches. */
    public record Done(boolean done) {}

    /** A value that can be decoded once, by the process that made it, while it is recorded. */
    public static final class ReadOnce {
        private static final Set<UUID> UNREAD = ConcurrentHashMap.newKeySet();

        private final UUID id;

        private ReadOnce() {
            this.id = UUID.randomUUID();
            UNREAD.add(id);
        }

        /** Called by Jackson. Throws {@link IllegalStateException} but for the first time. */
        @JsonCreator
        public ReadOnce(@JsonProperty("id") UUID id) {
            if (!UNREAD.remove(id)) {
                throw new IllegalStateException("this value can be read once only");
            }
            this.id = id;
        }

        /** The getter that Jackson needs to encode it. */
        public UUID getId() {
            return id;
        }
    }

    private final Ledger ledger;

    /** {@code ledger} records each attempt. */
    public PoisonProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Done run(WorkflowContext ctx, Plan plan) {
        Step step = Step.named("poison").retry(QUICK);
        switch (String.valueOf(plan.mode())) {
            case "undecodable" -> {
                ctx.step(step, ReadOnce.class, scope -> {
                    ledger.append(scope, "poison");
                    return new ReadOnce();
                });
                sleep(ctx);
            }
            default ->
                ctx.run(step, scope -> {
                    ledger.append(scope, "poison");
                    harm(String.valueOf(plan.mode()), new ArrayList<>());
                });
        }
        return new Done(true);
    }

    /** Waits unloaded, so that the engine decodes the recorded value again. */
    private static void sleep(WorkflowContext ctx) {
        ctx.run(Step.named("unloaded").retry(PATIENT), scope -> {
            if (scope.attempt() == 1) {
                throw new IOException("waits 3 s, unloaded");
            }
        });
    }

    private static void harm(String mode, List<byte[]> kept) {
        switch (mode) {
            case "halt" -> Halt.now();
            case "oom" -> {
                while (kept.size() < Integer.MAX_VALUE) {
                    kept.add(new byte[CHUNK_BYTES]);
                }
            }
            default -> deeper(0);
        }
    }

    private static int deeper(int depth) {
        return depth < 0 ? depth : 1 + deeper(depth + 1);
    }
}

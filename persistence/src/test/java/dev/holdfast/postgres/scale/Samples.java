package dev.holdfast.postgres.scale;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** One workflow of each kind, as a real node writes it. The rows of the large database are copies of theirs. */
final class Samples {
    static final String TYPE = "order";
    private static final Definition<String, String> ORDER = Definition.of(TYPE, 1, String.class, String.class);
    private static final Definition<String, String> NEXT = Definition.of(TYPE, 2, String.class, String.class);
    private static final Step CHARGE = Step.named("charge").retry(RetryPolicy.exponential(Duration.ofHours(20), 5));

    private final Jdbi jdbi;
    private final Holdfast engine;
    private final Map<Kind, String> ids = new EnumMap<>(Kind.class);

    private Samples(Jdbi jdbi, Holdfast engine) {
        this.jdbi = jdbi;
        this.engine = engine;
    }

    /** Runs a node until all of them are there, and ends it. */
    static Map<Kind, WorkflowKey> write(TestDatabase database) {
        Jdbi jdbi = JdbiFactory.on(database.dataSource());
        try (Holdfast engine = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                .register(ORDER, Samples::run)
                .register(NEXT, Samples::run)
                .start()) {
            return new Samples(jdbi, engine).write();
        }
    }

    private static String run(WorkflowContext ctx, String input) {
        return switch (Kind.valueOf(input)) {
            case COMPLETED, MOVED -> charge(ctx);
            case NAMED -> {
                ctx.publish("progress", 50);
                ctx.publish("progress", 100);
                ctx.publish("receipt", "42");
                yield charge(ctx);
            }
            case FAILED -> throw new WorkflowFailedException(charge(ctx) + ", and then refused");
            case PARKED -> throw new IllegalStateException(charge(ctx) + ", and then a defect");
            case CANCELLED, SLEEPING, DUE, UNREGISTERED ->
                ctx.step(CHARGE, String.class, step -> {
                    throw new IllegalStateException("the bank does not answer");
                });
        };
    }

    private static String charge(WorkflowContext ctx) {
        return ctx.step(CHARGE, String.class, step -> "paid by card ending in 4242");
    }

    private Map<Kind, WorkflowKey> write() {
        for (Kind kind : Kind.values()) {
            Submission plain = kind == Kind.NAMED ? Submission.id(kind.id(0)) : Submission.plain();
            WorkflowHandle<String> handle =
                    engine.submit(kind == Kind.UNREGISTERED ? NEXT : ORDER, kind.name(), plain.label("tenant", "t0"));
            ids.put(kind, handle.id());
            if (kind == Kind.CANCELLED) {
                await(kind, WorkflowStatus.WAITING);
                engine.admin()
                        .cancel(handle.id(), ActionOptions.because("not wanted any more"), Duration.ofSeconds(20));
            }
            await(kind, status(kind));
        }
        Map<Kind, WorkflowKey> keys = new EnumMap<>(Kind.class);
        ids.forEach((kind, id) -> keys.put(kind, key(kind)));
        return keys;
    }

    private static WorkflowStatus status(Kind kind) {
        return switch (kind) {
            case COMPLETED, NAMED, MOVED -> WorkflowStatus.COMPLETED;
            case FAILED -> WorkflowStatus.FAILED;
            case CANCELLED -> WorkflowStatus.CANCELLED;
            case PARKED -> WorkflowStatus.DEAD_LETTERED;
            case SLEEPING, DUE, UNREGISTERED -> WorkflowStatus.WAITING;
        };
    }

    private void await(Kind kind, WorkflowStatus status) {
        String id = ids.getOrDefault(kind, "");
        Await.until(kind + " is " + status, () -> engine.admin().find(id).status() == status);
    }

    /** Its input says which kind it is. */
    private WorkflowKey key(Kind kind) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select bucket, era, uid from holdfast.workflow where convert_from(input, 'UTF8') = :input")
                .bind("input", '"' + kind.name() + '"')
                .map((row, context) -> WorkflowKeys.of(row))
                .one());
    }
}

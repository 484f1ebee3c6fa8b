package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.OverloadedException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.node.BalanceFixture;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Case 12: cancel, terminate, retry and discard race each other and the end of the workflow, asked at two nodes between
 * which the buckets go back and forth. There is one truth, and everybody who asked is told it: what was said to be
 * applied stands in the history, once, and nothing else does.
 */
class OperatorActionRaceTest {
    private static final System.Logger LOG = System.getLogger(OperatorActionRaceTest.class.getName());

    private static final int RACERS = 24;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final RetryPolicy ONCE = RetryPolicy.exponential(Duration.ofMillis(1), 1);

    /** Its input says whether it is parked first. */
    private static final Definition<Boolean, String> RACED = Definition.of("raced", 1, Boolean.class, String.class);

    private enum Act {
        CANCEL,
        TERMINATE,
        RETRY,
        DISCARD
    }

    /** What one caller was told; no status when it was refused. */
    private record Told(Act act, Optional<WorkflowStatus> applied, String refusal) {}

    private final Set<String> wasParked = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    private final AtomicInteger races = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @RegisterExtension
    private final BalanceFixture fixture = new BalanceFixture(builder -> builder.register(RACED, this::run));

    @Test
    void oneIsAppliedAndAllAreToldWhich() throws Exception {
        race(1_000);
    }

    @Test
    @Tag("long")
    void oneIsAppliedAndAllAreToldWhichInTenThousandRaces() throws Exception {
        race(10_000);
    }

    private String run(WorkflowContext ctx, boolean parks) {
        return ctx.saga(saga -> {
            saga.step("first", String.class, step -> "one", (step, value) -> {});
            return ctx.step(Step.named("call").retry(ONCE), String.class, step -> {
                if (parks && wasParked.add(step.workflowId())) {
                    throw new IllegalStateException("not now");
                }
                return "done";
            });
        });
    }

    private void race(int times) throws Exception {
        long seed =
                Long.getLong("holdfast.test.seed", ThreadLocalRandom.current().nextLong());
        LOG.log(Level.INFO, "{0} races: -Dholdfast.test.seed={1}", times, Long.toString(seed));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> mover = threads.submit(() -> moveUntilOver(new Random(seed)));
            List<Future<?>> racers = IntStream.range(0, RACERS)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> {
                        Random random = new Random(seed + number);
                        while (races.incrementAndGet() <= times) {
                            raceOnce(random, threads);
                        }
                        return null;
                    }))
                    .toList();
            try {
                for (Future<?> racer : racers) {
                    racer.get();
                }
            } finally {
                over.set(true);
            }
            mover.get();
        }
        LOG.log(Level.INFO, "races by what was applied: {0}", outcomes);
        assertThat(outcomes.keySet())
                .as("all kinds of races were run")
                .contains("[]", "[CANCEL]", "[TERMINATE]", "[RETRY]", "[DISCARD]");
    }

    private void moveUntilOver(Random random) {
        while (!over.get()) {
            int before = races.get();
            fixture.share("a", random.nextInt(BalanceFixture.BUCKETS + 1));
            Await.until("some races are run", () -> over.get() || races.get() > before + 2 * RACERS);
        }
    }

    private void raceOnce(Random random, ExecutorService threads) throws Exception {
        boolean parks = random.nextInt(3) > 0;
        String id = node(random).submit(RACED, parks).id();
        String letter = "";
        if (parks) {
            Await.until("it is parked", () -> find(id).status() == WorkflowStatus.DEAD_LETTERED);
            letter = find(id).deadLetter().orElseThrow();
        }
        List<Future<Told>> asked = new ArrayList<>();
        int askers = 2 + random.nextInt(2);
        for (int i = 0; i < askers; i++) {
            Act act = Act.values()[random.nextInt(parks ? 4 : 2)];
            Holdfast engine = node(random);
            String target = act == Act.RETRY || act == Act.DISCARD ? letter : id;
            asked.add(threads.submit(() -> ask(engine, act, target)));
        }
        List<Told> told = new ArrayList<>();
        for (Future<Told> one : asked) {
            told.add(one.get());
        }
        requireOneTruth(id, told);
    }

    /** Asks again when the node has too many who ask, as a client does it. */
    private static <T> T patiently(Supplier<T> question) {
        while (true) {
            try {
                return question.get();
            } catch (OverloadedException e) {
                LOG.log(Level.DEBUG, "asking again", e);
            }
        }
    }

    private static Told ask(Holdfast engine, Act act, String target) {
        ActionOptions why =
                ActionOptions.because("a race").key(UUID.randomUUID().toString());
        return patiently(() -> askOnce(engine, act, target, why));
    }

    private static Told askOnce(Holdfast engine, Act act, String target, ActionOptions why) {
        try {
            Optional<WorkflowStatus> status = switch (act) {
                case CANCEL -> engine.admin().cancel(target, why, WAIT);
                case TERMINATE -> engine.admin().terminate(target, why, WAIT);
                case RETRY -> engine.admin().retry(target, why, WAIT);
                case DISCARD -> engine.admin().discard(target, why, WAIT);
            };
            assertThat(status).as("what became of %s %s", act, target).isPresent();
            return new Told(act, status, "");
        } catch (ActionRefusedException e) {
            return new Told(act, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private void requireOneTruth(String id, List<Told> told) {
        List<Act> applied = applied(told);
        if (applied.isEmpty() && !find(id).status().isFinal() && wasParked.contains(id)) {
            throw new AssertionError("workflow " + id + " is parked, but all was refused: " + told);
        }
        Await.until(
                "workflow " + id + " ends after " + told,
                () -> find(id).status().isFinal());
        List<String> decisions =
                patiently(() -> fixture.engine("a").admin().history(id, PageRequest.first(100))).items().stream()
                        .filter(item -> item.kind() == HistoryItem.Kind.DECISION)
                        .map(HistoryItem::name)
                        .toList();
        assertThat(decisions.stream().filter(OperatorActionRaceTest::isAct).sorted())
                .as("decisions of workflow %s in %s, whose callers were told %s", id, decisions, told)
                .containsExactlyElementsOf(applied.stream()
                        .map(OperatorActionRaceTest::name)
                        .sorted()
                        .toList());
        assertThat(find(id).status())
                .as("status of workflow %s after %s, whose callers were told %s", id, decisions, told)
                .isEqualTo(statusAfter(applied));
        outcomes.computeIfAbsent(applied.toString(), any -> new AtomicInteger()).incrementAndGet();
    }

    /** A second cancel is told that it is being cancelled, and adds nothing. */
    private static List<Act> applied(List<Told> told) {
        AtomicBoolean cancelled = new AtomicBoolean();
        return told.stream()
                .filter(one -> one.applied().isPresent())
                .map(Told::act)
                .filter(act -> act != Act.CANCEL || cancelled.compareAndSet(false, true))
                .sorted()
                .toList();
    }

    private static WorkflowStatus statusAfter(List<Act> applied) {
        if (applied.contains(Act.DISCARD)) {
            return WorkflowStatus.FAILED;
        }
        boolean cancelled = applied.contains(Act.CANCEL) || applied.contains(Act.TERMINATE);
        return cancelled ? WorkflowStatus.CANCELLED : WorkflowStatus.COMPLETED;
    }

    private static boolean isAct(String decision) {
        return Arrays.stream(Act.values()).map(OperatorActionRaceTest::name).anyMatch(decision::equals);
    }

    private static String name(Act act) {
        return act.name().toLowerCase(Locale.ROOT);
    }

    private WorkflowSummary find(String id) {
        return fixture.engine("a").admin().find(id);
    }

    private Holdfast node(Random random) {
        return fixture.engine(BalanceFixture.NODES.get(random.nextInt(2)));
    }
}

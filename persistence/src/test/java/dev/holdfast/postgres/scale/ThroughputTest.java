package dev.holdfast.postgres.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ClosedLoop;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workflows of ten steps run about as fast beside {@code -Dholdfast.scale} million finished ones as beside none. */
@Tag("long")
class ThroughputTest {
    private static final double SCALE = Double.parseDouble(System.getProperty("holdfast.scale", "1"));
    private static final Definition<String, String> TEN = Definition.of("ten", 1, String.class, String.class);
    private static final int CALLERS = 64;
    private static final int PAIRS = 21;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration MEASURED = Duration.ofSeconds(4);
    private static final double SHARE_MIN = 0.9;
    private static final String VALUE = "x".repeat(100);

    @RegisterExtension
    private final TestDatabase large = TestDatabase.migrated();

    @RegisterExtension
    private final TestDatabase empty = TestDatabase.migrated();

    private final LongAdder ran = new LongAdder();

    @Test
    void finishedWorkflowsDoNotSlowNewOnes() throws Exception {
        LargeDatabase.begin(empty);
        LargeDatabase.begin(large);
        LargeDatabase.fill(large, Samples.write(large), SCALE);
        List<Double> shares = new ArrayList<>();
        try (Holdfast beside = start(large);
                Holdfast alone = start(empty)) {
            Await.until("what this node cannot run waits", Duration.ofMinutes(10), () -> due(large) == 0);
            JdbiFactory.on(large.dataSource()).useHandle(handle -> {
                handle.execute("vacuum analyze");
                handle.execute("checkpoint");
            });
            stepsASecond(beside, WARM_UP);
            stepsASecond(alone, WARM_UP);
            for (int pair = 0; pair < PAIRS; pair++) {
                double atLarge = stepsASecond(beside, SETTLING);
                double atEmpty = stepsASecond(alone, SETTLING);
                System.out.printf("steps/s: %,.0f beside %s million, %,.0f alone%n", atLarge, SCALE, atEmpty);
                shares.add(atLarge / atEmpty);
            }
        }
        shares.sort(null);
        assertThat(shares.get(PAIRS / 2)).as("median of %s", shares).isGreaterThanOrEqualTo(SHARE_MIN);
    }

    private Holdfast start(TestDatabase database) {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("ten"))
                .register(TEN, (ctx, input) -> {
                    for (int i = 0; i < 10; i++) {
                        ctx.step("call", String.class, step -> VALUE);
                        ran.increment();
                    }
                    return input;
                })
                .start();
    }

    private static long due(TestDatabase database) {
        return JdbiFactory.on(database.dataSource())
                .withHandle(handle -> handle.createQuery(
                                "select count(*) from holdfast.open_workflow where due < clock_timestamp()")
                        .mapTo(Long.class)
                        .one());
    }

    private double stepsASecond(Holdfast node, Duration before) throws InterruptedException {
        Runnable call = () -> node.submit(TEN, VALUE).result(Duration.ofMinutes(1));
        return ClosedLoop.rate(CALLERS, call, ran, before, MEASURED);
    }
}

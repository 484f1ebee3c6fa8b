package dev.holdfast.postgres.node;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.WorkflowContext;
import dev.holdfast.engine.Await;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A new node gets its share also where bodies take longer than a bucket is first vacated for. */
@Tag("long")
@Timeout(300)
class LongBodyTest {
    private static final Definition<Integer, Integer> LONG = Definition.of("long", 1, Integer.class, Integer.class);
    private static final Duration BODY = Duration.ofSeconds(25);
    /** So many in each bucket that none is empty within 10 s. */
    private static final int WORKFLOWS = 15 * BalanceFixture.BUCKETS;

    @RegisterExtension
    private final BalanceFixture fixture = new BalanceFixture(builder -> builder.register(LONG, LongBodyTest::run));

    private static int run(WorkflowContext ctx, int input) {
        for (int i = 0; i < 100; i++) {
            double share = i == 0 ? ThreadLocalRandom.current().nextDouble() : 1; // so that they do not end together
            ctx.run("call", step -> Thread.sleep((long) (share * BODY.toMillis())));
        }
        return input;
    }

    @Test
    void bucketsWithLongBodiesAreHandedOver() {
        Holdfast first = fixture.engine("a");
        IntStream.range(0, WORKFLOWS).forEach(i -> first.submit(LONG, i));
        fixture.share("b", BalanceFixture.BUCKETS / 2);
        Await.until("b owns some", Duration.ofMinutes(4), () -> fixture.owned("b") > 0);
    }
}

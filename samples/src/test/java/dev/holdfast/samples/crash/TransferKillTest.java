package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** I3: the node is killed again and again under transactional steps, and the balances add up. */
final class TransferKillTest {
    private static final String NODE = "bank";
    private static final int ACCOUNTS = 10;
    private static final long INITIAL = 1_000_000;
    private static final int AMOUNT = 5;
    private static final int TRANSFERS_PER_KILL = 40;
    private static final int KILL_WITHIN_MILLIS = 120;
    private static final String BALANCES = "select balance from probe.account where id <= 10 order by id";
    private static final String TWICE = """
            select workflow_id from probe.ledger group by workflow_id having count(*) > 1""";

    private final Database database = Database.create();
    private final Random random = new Random(Seed.of("TransferKillTest"));
    private final long[] expected =
            LongStream.generate(() -> INITIAL).limit(ACCOUNTS).toArray();
    private final List<String> orders = new ArrayList<>();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void balancesAddUpOverAFewKills() {
        requireSums(5);
    }

    @Test
    @Tag("long")
    void balancesAddUpOverAHundredKills() {
        requireSums(100);
    }

    private void requireSums(int kills) {
        for (int kill = 0; kill < kills; kill++) {
            try (NodeProcess node = NodeProcess.launch(database.jdbcUrl(), NODE, NodeProcess.HELD_FOR)) {
                node.awaitStarted();
                List<String> next = transfers();
                orders.addAll(next);
                next.forEach(node::send);
                int answered = random.nextInt(TRANSFERS_PER_KILL);
                Eventually.happens(
                        Duration.ofMillis(random.nextInt(KILL_WITHIN_MILLIS)),
                        () -> node.output("result").size() > answered);
                node.kill();
            }
        }
        requireOnce();
    }

    /** Each is sent again, because a kill may come before its acceptance; the ids keep it from running twice. */
    @SuppressWarnings("try") // the node only has to run
    private void requireOnce() {
        List<String> output = new ArrayList<>();
        try (Holdfast engine = LocalNode.start(database, NODE, database.jdbcUrl(), CrashDrill.ACCEPT_WAIT)) {
            Orders again = new Orders(engine, output::add);
            orders.forEach(again::submit);
            new Invariants(database).requireAtRest();
        }
        assertThat(output.stream().filter(line -> line.startsWith("result")))
                .as("all were transferred")
                .hasSize(orders.size());
        assertThat(database.rows(TWICE)).as("transferred twice").isEmpty();
        assertThat(database.rows(BALANCES).stream().mapToLong(Long::parseLong).toArray())
                .as("balances")
                .isEqualTo(expected);
    }

    private List<String> transfers() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < TRANSFERS_PER_KILL; i++) {
            int from = random.nextInt(ACCOUNTS);
            int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            expected[from] -= AMOUNT;
            expected[to] += AMOUNT;
            made.add("id transfer-%d probe.transfer {\"from\":%d,\"to\":%d,\"amount\":%d}"
                    .formatted(orders.size() + i, from + 1, to + 1, AMOUNT));
        }
        return made;
    }
}

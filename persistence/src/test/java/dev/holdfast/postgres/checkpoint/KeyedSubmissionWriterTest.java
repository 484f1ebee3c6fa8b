package dev.holdfast.postgres.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.TypeToken;
import dev.holdfast.engine.Await;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.postgres.wire.Request;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Submissions under a key, with the wire in the hands of the test. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyedSubmissionWriterTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final PgProxy proxy = new PgProxy(database.jdbcUrl());
    private final StoreNode node;

    KeyedSubmissionWriterTest() {
        node = StoreNode.joining(new PostgresStore(
                TestNode.dataSource(proxy.jdbcUrl()),
                TestNode.dataSource(database.jdbcUrl()),
                () -> {},
                TestNode.config(proxy.jdbcUrl()),
                OpenTelemetry.noop()));
    }

    @AfterAll
    void close() throws IOException {
        node.store().close();
        proxy.close();
    }

    /** A user's own. */
    private static final class BrokenCodec implements Codec {
        @Override
        public byte[] encode(@Nullable Object value, TypeToken<?> type) {
            throw new IllegalStateException("broken codec");
        }

        @Override
        public <T> @Nullable T decode(byte[] bytes, TypeToken<T> type) {
            throw new IllegalStateException("broken codec");
        }

        @Override
        public <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type) {
            throw new IllegalStateException("broken codec");
        }

        @Override
        public byte[] digest(byte[] bytes) {
            throw new IllegalStateException("broken codec");
        }
    }

    private CompletableFuture<SubmissionResult> admit(String key) {
        JacksonCodec codec = new JacksonCodec();
        byte[] input = "1".getBytes(UTF_8);
        WorkflowWrite.Creation creation = new WorkflowWrite.Creation("test", 1, Map.of(), input, false, null);
        return admit(new KeyedSubmission("test", key, codec.digest(input), creation, codec));
    }

    private CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed) {
        return node.store().admit(keyed, node.store().placeFor(keyed));
    }

    private static boolean isKeyedSubmission(Request request) {
        return request.sql().contains("holdfast.admit(");
    }

    /** What is asked for meanwhile goes in one batch. */
    private void whileBusy(Runnable asking) {
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean kept = new AtomicBoolean();
        proxy.rule(request -> {
            if (isKeyedSubmission(request) && kept.compareAndSet(false, true)) {
                WriterFixture.await(release);
            }
            return Action.FORWARD;
        });
        CompletableFuture<SubmissionResult> opener = admit("opener-" + System.nanoTime());
        Await.until("the connection is busy", kept::get);
        asking.run();
        release.countDown();
        Await.done(opener);
    }

    /** Letters that do not compress: more than an index can hold. */
    private static String endless() {
        return new Random(1)
                .ints(20_000, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void aKeyThatTheIndexCannotHoldIsRefusedAndNoOther() {
        List<CompletableFuture<SubmissionResult>> others = new ArrayList<>();
        List<CompletableFuture<SubmissionResult>> guilty = new ArrayList<>();
        whileBusy(() -> {
            for (int i = 0; i < 10; i++) {
                others.add(admit("beside-" + i));
                if (i == 5) {
                    guilty.add(admit(endless()));
                }
            }
        });
        others.forEach(other -> assertThat(Await.done(other).joined()).isFalse());
        assertThat(Await.failure(guilty.getFirst()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be stored");
    }

    /** Classes XX and P0 may pass or not: they concern the submission that causes them, and no other. */
    @ParameterizedTest
    @ValueSource(strings = {"XX001", "P0001"})
    void anErrorOfTheServerStopsTheSubmissionThatCausesItAndNoOther(String sqlState) throws SQLException {
        run("""
                create or replace function holdfast.refuse() returns trigger language plpgsql as $$ begin
                    if new.name like 'guilty%%' then raise exception 'by the test' using errcode = '%s'; end if;
                    return new; end $$;
                create trigger refuse before insert on holdfast.submission for each row
                    execute function holdfast.refuse()""".formatted(sqlState));
        try {
            List<CompletableFuture<SubmissionResult>> others = new ArrayList<>();
            AtomicReference<CompletableFuture<SubmissionResult>> guilty = new AtomicReference<>();
            whileBusy(() -> {
                for (int i = 0; i < 10; i++) {
                    others.add(admit("innocent-" + sqlState + i));
                }
                guilty.set(admit("guilty-" + sqlState));
            });
            others.forEach(other -> assertThat(Await.done(other).joined()).isFalse());
            assertThat(Await.failure(guilty.get()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("by the test")
                    .hasMessageContaining("submit it again");
        } finally {
            run("drop trigger refuse on holdfast.submission");
        }
    }

    /** By an enqueue in a long transaction, for example. The others waited 1.4 to 2.4 s for them. */
    @Test
    void heldKeysLetNoOtherKeyWait() throws SQLException {
        int held = 200;
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("""
                    insert into holdfast.submission (record_id, at, bucket, era, uid, name, scope)
                    select 1, now(), b, 1, gen_random_uuid(), 'held-' || n, 'test'
                    from generate_series(1, %d) n cross join (select generate_series(0, buckets - 1) as b
                        from holdfast.settings) b""".formatted(held));
            for (int n = 1; n <= held; n++) {
                askAgainAndAgain("held-" + n, refused, over);
            }
            Await.until("all are known to be held", () -> refused.get() >= 2 * held);
            long[] millis = IntStream.range(0, 20)
                    .mapToLong(n -> {
                        long began = System.nanoTime();
                        Await.done(admit("free-" + n));
                        return (System.nanoTime() - began) / 1_000_000;
                    })
                    .sorted()
                    .toArray();
            assertThat(millis[millis.length / 2])
                    .as("in ms: " + Arrays.toString(millis))
                    .isLessThan(200);
            over.set(true);
            holder.rollback();
        }
        Await.done(untilFree("held-1"));
    }

    private void askAgainAndAgain(String key, AtomicInteger refused, AtomicBoolean over) {
        CompletableFuture<SubmissionResult> unused = admit(key).whenCompleteAsync((result, failure) -> {
            refused.incrementAndGet();
            if (!over.get()) {
                askAgainAndAgain(key, refused, over);
            }
        });
    }

    private CompletableFuture<SubmissionResult> untilFree(String key) {
        return admit(key).exceptionallyCompose(failure -> untilFree(key));
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Action.class,
            names = {"CUT_BEFORE", "CUT_AFTER"})
    void whoseConnectionIsCutIsAcceptedOnceAndNotToldOtherwise(Action cut) {
        AtomicInteger asked = new AtomicInteger();
        proxy.rule(request -> isKeyedSubmission(request) && asked.incrementAndGet() == 1 ? cut : Action.FORWARD);
        SubmissionResult admitted = Await.done(admit("cut-" + cut));
        assertThat(admitted.joined()).isFalse();
        assertThat(asked).hasValue(2);
        assertThat(Await.done(admit("cut-" + cut))).isEqualTo(SubmissionResult.of(admitted.key(), admitted.id(), true));
        assertThat(node.store().load(List.of(admitted.key()))).hasSize(1);
    }

    @Test
    void aBatchOfKeyedSubmissionsIsOneClientMessage() {
        List<Request> sent = new CopyOnWriteArrayList<>();
        List<CompletableFuture<SubmissionResult>> all = new ArrayList<>();
        whileBusy(() -> {
            for (int i = 0; i < 100; i++) {
                all.add(admit("many-" + i));
            }
            proxy.rule(request -> {
                if (isKeyedSubmission(request)) {
                    sent.add(request);
                }
                return Action.FORWARD;
            });
        });
        all.forEach(Await::done);
        assertThat(sent).hasSize(1);
    }

    /** Found again by its generated id, the stored input has no digest yet; the caller's codec makes it. */
    @Test
    void aCodecThatFailsHarmsNobodyElse() {
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).create(WriterFixture.queued()));
        KeyedSubmission again = new KeyedSubmission(
                KeyedSubmission.ID_SCOPE,
                node.store().idOf(key),
                new byte[32],
                WriterFixture.queued(),
                new BrokenCodec());
        assertThat(Await.failure(admit(again))).hasMessageContaining("broken codec");
        assertThat(Await.done(admit("after-broken-codec")).joined()).isFalse();
    }
}

package dev.holdfast.postgres.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Codec;
import dev.holdfast.InvalidInputException;
import dev.holdfast.JacksonCodec;
import dev.holdfast.TypeToken;
import dev.holdfast.engine.Await;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

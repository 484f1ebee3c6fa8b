package dev.holdfast.postgres.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.postgres.read.SummaryReader;
import dev.holdfast.postgres.read.WorkflowReader;
import dev.holdfast.postgres.read.WorkflowSql;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Each call of the hot path, as the store makes it, on one session that lives as long as a node's does. */
public final class HotCalls implements AutoCloseable {
    private final FlushFixture fixture;
    private final FlushCall writer;
    private final FenceToken token;
    private final Jdbi jdbi;
    private final JacksonCodec codec = new JacksonCodec();

    public HotCalls(FlushFixture fixture) throws SQLException {
        this.fixture = fixture;
        Incarnation incarnation = fixture.incarnation("hot-" + UUID.randomUUID());
        this.writer = fixture.connect(incarnation, 1);
        this.token = new FenceToken(incarnation, 0, 1, true);
        this.jdbi = JdbiFactory.on(writer.connection());
    }

    public Handle session() {
        return jdbi.open();
    }

    public Map<String, TableReads.Work> writes() {
        Map<String, TableReads.Work> calls = new LinkedHashMap<>();
        calls.put("accept and write to the end", () -> writeToTheEnd(false));
        calls.put("the same, carefully", () -> writeToTheEnd(true));
        calls.put("load, undo, park", this::park);
        calls.put("tidy", this::tidy);
        calls.put("admit", () -> admit(false));
        calls.put("admit, passing over what is held", () -> admit(true));
        return calls;
    }

    public Map<String, TableReads.Work> reads() {
        Map<String, TableReads.Work> calls = new LinkedHashMap<>();
        calls.put("find what is due", () -> jdbi.withExtension(WorkflowSql.class, sql -> sql.due(buckets(), 0, 100)));
        calls.put("load", this::load);
        calls.put("summarise", this::summarise);
        calls.put("read the log", this::readLog);
        calls.put("locate", this::locate);
        calls.put("look whether a batch was committed", this::lookUp);
        return calls;
    }

    private void send(boolean careful, WorkflowKey key, int lastSeq, WorkflowWrite... entries) throws SQLException {
        FlushCall.Result result = writer.send(fixture.batch(fixture.part(key, lastSeq, entries)), careful);
        assertThat(result.refused() || !result.lost().isEmpty()).isFalse();
    }

    private WorkflowKey running(boolean careful) throws SQLException {
        WorkflowKey key = fixture.newKey();
        send(careful, key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a"));
        return key;
    }

    private void writeToTheEnd(boolean careful) throws SQLException {
        WorkflowKey key = running(careful);
        send(careful, key, 1, FlushFixture.outcome(0, new byte[] {'1'}), FlushFixture.intent(1, "b"));
        send(careful, key, 2, new HistoryEvent.Ended(WorkflowStatus.FAILED, new byte[] {'1'}));
    }

    private void park() throws SQLException {
        WorkflowKey key = running(false);
        send(false, key, 1, new WorkflowWrite.Loading(1, 1));
        send(false, key, 1, new HistoryEvent.Intent(Position.main(1), 1, "undo", UUID.randomUUID(), 0));
        send(false, key, 2, FlushFixture.parked("stack"));
    }

    private void tidy() throws SQLException {
        WorkflowKey key = running(false);
        jdbi.useExtension(LogSql.class, sql -> sql.tidy(key.bucket(), key.era(), key.uid()));
    }

    private void admit(boolean passHeld) throws SQLException {
        String name = "key-" + UUID.randomUUID();
        for (int time = 0; time < 2; time++) {
            KeyedSubmission keyed = new KeyedSubmission(
                    "test", name, codec.digest("{}".getBytes(UTF_8)), FlushFixture.creation(), codec);
            SubmissionCall.send(
                    writer.connection(), token, List.of(keyed), List.of(fixture.newKey()), new long[] {time}, passHeld);
        }
    }

    private void load() throws SQLException {
        assertThat(new WorkflowReader(jdbi, fixture.installation.ids()).load(List.of(running(false))))
                .hasSize(1);
    }

    private void summarise() throws SQLException {
        assertThat(new SummaryReader(jdbi, fixture.installation.ids()).of(List.of(running(false))))
                .hasSize(1);
    }

    private void readLog() throws SQLException {
        WorkflowKey key = running(false);
        jdbi.useExtension(LogSql.class, sql -> {
            assertThat(sql.page(key.bucket(), key.era(), key.uid(), 0, 10, Long.MAX_VALUE))
                    .hasSize(1);
        });
    }

    private void locate() throws SQLException {
        WorkflowKey key = running(false);
        jdbi.useExtension(WorkflowSql.class, sql -> {
            assertThat(sql.exists(key.bucket(), key.era(), key.uid())).isTrue();
            assertThat(sql.locate("nobody's", 3)).isEmpty();
        });
    }

    private void lookUp() throws SQLException {
        WorkflowKey key = running(false);
        int[] bucket = {key.bucket()};
        int[] era = {key.era()};
        UUID[] uid = {key.uid()};
        jdbi.useExtension(CommitSql.class, sql -> {
            assertThat(sql.records(bucket, era, uid, new int[] {1})).hasSize(1);
            assertThat(sql.accepted(bucket, era, uid)).hasSize(1);
        });
    }

    private static Integer[] buckets() {
        return java.util.stream.IntStream.range(0, 256).boxed().toArray(Integer[]::new);
    }

    @Override
    public void close() throws SQLException {
        writer.close();
    }
}

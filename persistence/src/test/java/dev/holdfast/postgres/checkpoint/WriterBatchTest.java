package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.wire.Request;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What goes in a batch. It is counted in the rows themselves: those of one commit have the same transaction id, which
 * PostgreSQL shows as {@code xmin}.
 */
@Timeout(60)
class WriterBatchTest {
    private static final String ROWS_PER_COMMIT =
            "select count(*) from holdfast.log group by xmin::text order by min(seq)";
    private static final String BYTES_PER_COMMIT =
            "select sum(octet_length(outcome)) from holdfast.log group by xmin::text order by min(seq)";

    @RegisterExtension
    private final WriterFixture fixture = new WriterFixture().start(1);

    private void commitWhileBusy(List<WorkflowWrite> entries) {
        commitWhileBusy(List.of(fixture.accepted()), entries);
    }

    private void commitWhileBusy(List<WorkflowMailbox> mailboxes, List<WorkflowWrite> entries) {
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        fixture.whileBusy(() ->
                mailboxes.forEach(mailbox -> entries.forEach(write -> futures.add(mailbox.put(write, null, true)))));
        futures.forEach(Await::done);
    }

    private static List<WorkflowWrite> intents(int size) {
        return IntStream.range(0, size)
                .<WorkflowWrite>mapToObj(position -> FlushFixture.intent(position, "step-" + position))
                .toList();
    }

    private static List<WorkflowWrite> outcomes(int size, int bytes) {
        return IntStream.range(0, size)
                .<WorkflowWrite>mapToObj(position -> FlushFixture.outcome(position, new byte[bytes]))
                .toList();
    }

    @Test
    void aMailboxGoesInBatchesOf1024Rows() {
        commitWhileBusy(intents(2_500));
        assertThat(fixture.all(ROWS_PER_COMMIT, Integer.class)).containsExactly(1_024, 1_024, 452);
    }

    @Test
    void manyMailboxesGoInBatchesOfAtMost1024Rows() {
        commitWhileBusy(Stream.generate(fixture::accepted).limit(30).toList(), intents(70));
        List<Integer> rows = fixture.all(ROWS_PER_COMMIT, Integer.class);
        assertThat(rows).allMatch(count -> count <= 1_024).contains(1_024);
        assertThat(rows.stream().mapToInt(Integer::intValue).sum()).isEqualTo(30 * 70);
        assertThat(fixture.flushes).hasSize(3);
    }

    @Test
    void aBatchHasAtMost4MebibytesAndIsFilledUp() {
        int bytes = 200 << 10;
        commitWhileBusy(outcomes(50, bytes));
        List<Long> sums = fixture.all(BYTES_PER_COMMIT, Long.class);
        assertThat(sums).allMatch(sum -> sum <= 4 << 20);
        assertThat(sums.getFirst()).isGreaterThan((4 << 20) - bytes);
    }

    @Test
    void aRowOver256KibibytesGoesByItselfAndInItsTurn() {
        WorkflowMailbox other = fixture.accepted();
        WorkflowMailbox mailbox = fixture.accepted();
        List<WorkflowWrite> entries = new ArrayList<>(outcomes(3, 10));
        entries.add(FlushFixture.outcome(3, new byte[(256 << 10) + 1]));
        entries.addAll(outcomes(3, 10));
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        fixture.whileBusy(() -> {
            entries.forEach(write -> futures.add(mailbox.put(write, null, true)));
            futures.add(other.record(FlushFixture.intent(0, "other")));
        });
        futures.forEach(Await::done);
        assertThat(seqsOfEachCommit(mailbox)).containsExactly("1,2,3", "4", "5,6,7");
        assertThat(fixture.one(
                        "select count(*) from holdfast.log where xmin = "
                                + "(select xmin from holdfast.log where octet_length(outcome) > 262144)",
                        Integer.class))
                .isEqualTo(1);
    }

    /** In the order of the commits. */
    private List<String> seqsOfEachCommit(WorkflowMailbox mailbox) {
        return fixture.all(
                "select string_agg(seq::text, ',' order by seq) from holdfast.log where uid = '"
                        + mailbox.key().uid() + "' group by xmin::text order by min(at), min(seq)",
                String.class);
    }

    @Test
    void aLargeRowAtTheHeadOfAMailboxTakesNobodyAlong() {
        WorkflowMailbox large = fixture.accepted();
        List<WorkflowMailbox> small =
                Stream.generate(fixture::accepted).limit(4).toList();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        fixture.whileBusy(() -> {
            small.subList(0, 2).forEach(mailbox -> futures.add(mailbox.record(FlushFixture.intent(0, "before"))));
            futures.add(large.put(FlushFixture.outcome(0, new byte[1 << 20]), null, true));
            small.subList(2, 4).forEach(mailbox -> futures.add(mailbox.record(FlushFixture.intent(0, "after"))));
        });
        futures.forEach(Await::done);
        assertThat(fixture.all("select count(*) from holdfast.log group by xmin::text order by min(at)", Integer.class))
                .containsExactly(2, 1, 2);
    }

    @Test
    void aCreationSharesItsCommitWithTheFirstIntent() {
        WorkflowMailbox mailbox = fixture.mailbox(fixture.newKey());
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        fixture.whileBusy(() -> {
            futures.add(mailbox.create(WriterFixture.creation(1, true)));
            futures.add(mailbox.record(FlushFixture.intent(0, "first")));
        });
        futures.forEach(Await::done);
        assertThat(fixture.one(
                        "select count(*) from holdfast.workflow w join holdfast.log l on l.uid = w.uid"
                                + " and l.seq = 1 and l.xmin = w.xmin join holdfast.open_workflow o on o.xmin = w.xmin",
                        Integer.class))
                .isEqualTo(1);
        assertThat(fixture.flushes).hasSize(1);
    }

    @Test
    void anOutcomeSharesItsRowWithTheNextIntent() {
        WorkflowMailbox mailbox = fixture.accepted();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        fixture.whileBusy(() -> {
            futures.add(mailbox.record(FlushFixture.intent(0, "first")));
            mailbox.hold(FlushFixture.outcome(0, new byte[] {'1'}));
            futures.add(mailbox.record(FlushFixture.intent(1, "second")));
        });
        futures.forEach(Await::done);
        assertThat(fixture.records(mailbox)).isEqualTo(2);
        assertThat(fixture.flushes).extracting(Request::number).hasSize(1);
    }
}

package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.submission;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.InvalidInputException;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Submissions under a key or an id: who is first, who joins, who is refused. */
public interface KeyedSubmissionContract extends StoreFixture {
    int CALLERS = 50;

    private static KeyedSubmission keyed(String definition, String key, String input) {
        return submission(definition, key, creation(definition, input, false));
    }

    private static KeyedSubmission identified(String definition, String id, String input) {
        return submission(KeyedSubmission.ID_SCOPE, id, creation(definition, input, false));
    }

    private static int workflows(StoreNode node) {
        return node.store()
                .admin()
                .list(WorkflowFilter.newest(WorkflowFilter.LIMIT_MAX))
                .items()
                .size();
    }

    @Test
    default void theSameKeyWithAnEqualInputJoins() {
        StoreNode node = start();
        SubmissionResult first = node.admit(keyed("orders", "key-1", "{\"a\":1,\"b\":2}"));
        SubmissionResult again = node.admit(keyed("orders", "key-1", "{\"b\":2.0,\"a\":1}"));
        assertThat(first.joined()).isFalse();
        assertThat(again).isEqualTo(SubmissionResult.of(first.key(), first.id(), true));
        assertThat(workflows(node)).isEqualTo(1);
    }

    @Test
    default void labelsAndVersionDoNotCountForJoining() {
        StoreNode node = start();
        SubmissionResult first = node.admit(keyed("orders", "key-1", "{}"));
        byte[] input = "{}".getBytes(StandardCharsets.UTF_8);
        SubmissionResult again = node.admit(submission(
                "orders", "key-1", new WorkflowWrite.Creation("orders", 2, Map.of("a", "b"), input, true, null)));
        assertThat(again).isEqualTo(SubmissionResult.of(first.key(), first.id(), true));
        assertThat(node.store().find(first.key()).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    default void theSignalsOfANewOneLieInItsInboxInOrder() {
        StoreNode node = start();
        List<SubmittedSignal> signals = IntStream.range(0, 20)
                .mapToObj(number -> new SubmittedSignal(
                        "go", "submission-" + number, ("\"ä '" + number + "\"").getBytes(StandardCharsets.UTF_8)))
                .toList();
        KeyedSubmission bare = keyed("orders", "key-1", "{}").queued();
        KeyedSubmission keyed =
                new KeyedSubmission(bare.scope(), bare.name(), bare.digest(), bare.creation(), bare.codec(), signals);
        SubmissionResult first = node.admit(keyed);
        assertThat(node.admit(keyed).joined()).isTrue();
        assertThat(node.inbox(100))
                .extracting(
                        InboxMessage::key,
                        InboxMessage::id,
                        message -> new String(((SignalMessage) message).payload(), StandardCharsets.UTF_8))
                .containsExactlyElementsOf(signals.stream()
                        .map(signal -> signal.to(first.key()))
                        .map(sent -> tuple(sent.key(), sent.id(), new String(sent.payload(), StandardCharsets.UTF_8)))
                        .toList());
    }

    @Test
    default void theSameKeyWithAnotherInputIsAConflict() {
        StoreNode node = start();
        SubmissionResult first = node.admit(keyed("orders", "key-1", "{\"a\":1}"));
        SubmissionConflictException conflict = catchThrowableOfType(
                SubmissionConflictException.class, () -> node.admit(keyed("orders", "key-1", "{\"a\":2}")));
        assertThat(conflict.existingId()).isEqualTo(first.id());
        assertThat(conflict).hasMessageContaining("input").hasMessageContaining("key-1");
        assertThat(workflows(node)).isEqualTo(1);
        assertThat(node.store().load(List.of(first.key())).getFirst().input())
                .asString()
                .isEqualTo("{\"a\":1}");
    }

    @Test
    default void aKeyBelongsToItsDefinition() {
        StoreNode node = start();
        SubmissionResult orders = node.admit(keyed("orders", "key-1", "{\"a\":1}"));
        SubmissionResult refunds = node.admit(keyed("refunds", "key-1", "{\"a\":2}"));
        assertThat(refunds.joined()).isFalse();
        assertThat(refunds.key()).isNotEqualTo(orders.key());
    }

    @Test
    default void aKeyAndAnIdOfTheSameNameHaveNothingInCommon() {
        StoreNode node = start();
        SubmissionResult byKey = node.admit(keyed("orders", "same", "{\"a\":1}"));
        SubmissionResult byId = node.admit(identified("orders", "same", "{\"a\":2}"));
        assertThat(byId.joined()).isFalse();
        assertThat(byId.key()).isNotEqualTo(byKey.key());
        assertThat(node.store().locate("same")).contains(byId.key());
    }

    @Test
    default void aCallersIdIsTheWorkflowsId() {
        StoreNode node = start();
        SubmissionResult admitted = node.admit(identified("orders", "Own:id@x.y_z-1", "{}"));
        assertThat(admitted.id()).isEqualTo("Own:id@x.y_z-1");
        assertThat(node.store().locate("Own:id@x.y_z-1")).contains(admitted.key());
        assertThat(node.store().find(admitted.key()).orElseThrow().id()).isEqualTo("Own:id@x.y_z-1");
        assertThat(node.admit(identified("orders", "Own:id@x.y_z-1", "{}")))
                .isEqualTo(SubmissionResult.of(admitted.key(), "Own:id@x.y_z-1", true));
    }

    @Test
    default void anIdWithAnotherInputOrDefinitionIsAConflict() {
        StoreNode node = start();
        node.admit(identified("orders", "id-1", "{\"a\":1}"));
        assertThatThrownBy(() -> node.admit(identified("orders", "id-1", "{\"a\":2}")))
                .isInstanceOf(SubmissionConflictException.class)
                .hasMessageContaining("input");
        assertThatThrownBy(() -> node.admit(identified("refunds", "id-1", "{\"a\":1}")))
                .isInstanceOf(SubmissionConflictException.class)
                .hasMessageContaining("definition");
        assertThat(workflows(node)).isEqualTo(1);
    }

    @Test
    default void theIdOfAKeyedWorkflowIsAGeneratedOne() {
        StoreNode node = start();
        SubmissionResult admitted = node.admit(keyed("orders", "key-1", "{}"));
        assertThat(admitted.id()).isEqualTo(node.store().idOf(admitted.key()));
        assertThat(node.store().locate(admitted.id())).contains(admitted.key());
        assertJoinsById(node, admitted.key(), admitted.id(), "{}", "{\"a\":1}");
    }

    @Test
    default void aGeneratedIdAskedAgainJoins() {
        StoreNode node = start();
        WrittenWorkflow workflow = WrittenWorkflow.accepted(node, creation("orders", "{\"a\":1.0}", true));
        assertJoinsById(node, workflow.key(), workflow.id(), "{\"a\":1}", "{\"a\":2}");
    }

    @Test
    default void aGeneratedIdThatWasNeverCommittedIsAcceptedInItsPlace() {
        StoreNode node = start();
        WorkflowKey place = node.store().newKey();
        String id = node.store().idOf(place);
        assertThat(node.admit(identified("orders", id, "{\"a\":1}"))).isEqualTo(SubmissionResult.of(place, id, false));
        assertThat(node.store().find(place).orElseThrow().id()).isEqualTo(id);
        assertThat(node.store().locate(id)).contains(place);
        assertJoinsById(node, place, id, "{\"a\":1}", "{\"a\":2}");
    }

    private static void assertJoinsById(StoreNode node, WorkflowKey key, String id, String equal, String other) {
        assertThat(node.admit(identified("orders", id, equal))).isEqualTo(SubmissionResult.of(key, id, true));
        assertThatThrownBy(() -> node.admit(identified("orders", id, other)))
                .isInstanceOf(SubmissionConflictException.class)
                .hasMessageContaining("input");
        assertThatThrownBy(() -> node.admit(identified("refunds", id, equal)))
                .isInstanceOf(SubmissionConflictException.class)
                .hasMessageContaining("definition");
        assertThat(node.admit(identified("orders", id, equal))).isEqualTo(SubmissionResult.of(key, id, true));
        assertThat(workflows(node)).isEqualTo(1);
    }

    @Test
    default void anIdThatOnlyLooksGeneratedIsRefused() {
        StoreNode node = start();
        String real = node.store().idOf(node.store().newKey());
        char last = real.charAt(real.length() - 1);
        String forged = real.substring(0, real.length() - 1) + (last == '0' ? '1' : '0');
        InvalidInputException refused =
                catchThrowableOfType(InvalidInputException.class, () -> node.admit(identified("orders", forged, "{}")));
        assertThat(refused.field()).contains("id");
        assertThat(workflows(node)).isZero();
    }

    @Test
    default void aSubmissionStartsAtOnceOrIsQueued() {
        StoreNode node = start();
        SubmissionResult starts = node.admit(submission(KeyedSubmission.ID_SCOPE, "now", creation(true)));
        SubmissionResult waits = node.admit(submission(KeyedSubmission.ID_SCOPE, "later", creation(false)));
        assertThat(node.store().find(starts.key()).orElseThrow().status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(node.store().find(waits.key()).orElseThrow().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(node.due(10)).containsExactly(waits.key());
        try (Mailbox mailbox = Objects.requireNonNull(starts.mailbox())) {
            Await.done(mailbox.record(completed()));
        }
        assertThat(waits.mailbox()).as("its owner finds it").isNull();
    }

    @Test
    default void keysAreKeptAfterTheEndAndAfterARestart() {
        StoreNode former = start();
        SubmissionResult first = former.admit(keyed("orders", "key-1", "{\"a\":1}"));
        WrittenWorkflow workflow =
                new WrittenWorkflow(former.store(), first.key(), former.store().mailbox(first.key(), 0));
        workflow.commit(new WorkflowWrite.Loading(1, 0)).commit(completed());
        crash(former.store());
        StoreNode node = start();
        assertThat(node.admit(keyed("orders", "key-1", "{\"a\":1}")))
                .isEqualTo(SubmissionResult.of(first.key(), first.id(), true));
        assertThatThrownBy(() -> node.admit(keyed("orders", "key-1", "{\"a\":2}")))
                .isInstanceOf(SubmissionConflictException.class);
    }

    @Test
    default void theLimitsOfNamesAndInputsFit() {
        StoreNode node = start();
        String name = "k".repeat(200);
        String input = "\"" + "x".repeat(1 << 20) + "\"";
        SubmissionResult byKey = node.admit(keyed("d".repeat(100), name, input));
        SubmissionResult byId = node.admit(identified("orders", name, input));
        assertThat(node.admit(keyed("d".repeat(100), name, input)).key()).isEqualTo(byKey.key());
        assertThat(node.store().locate(name)).contains(byId.key());
        for (WorkflowKey key : List.of(byKey.key(), byId.key())) {
            assertThat(node.store().input(key)).map(String::new).contains(input);
        }
    }

    @Test
    default void manyCallersWithOneKeyGetOneWorkflow() {
        StoreNode node = start();
        for (int round = 0; round < 5; round++) {
            String key = "race-" + round;
            List<SubmissionResult> answers =
                    atOnce(caller -> () -> node.admit(keyed("orders", key, "{\"a\":1}"))).stream()
                            .map(Await::done)
                            .toList();
            assertThat(answers.stream().map(SubmissionResult::key).distinct()).hasSize(1);
            assertThat(answers.stream().filter(answer -> !answer.joined())).hasSize(1);
        }
        assertThat(workflows(node)).isEqualTo(5);
    }

    @Test
    default void ofManyCallersWithTwoInputsOneInputWins() {
        StoreNode node = start();
        List<Future<SubmissionResult>> answers =
                atOnce(caller -> () -> node.admit(identified("orders", "race", "{\"a\":" + caller % 2 + "}")));
        List<Boolean> joined = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            try {
                joined.add(answers.get(caller).get().key() != null);
            } catch (Exception e) {
                assertThat(e).hasCauseInstanceOf(SubmissionConflictException.class);
                joined.add(false);
            }
        }
        boolean even = joined.getFirst();
        assertThat(joined)
                .isEqualTo(IntStream.range(0, CALLERS)
                        .mapToObj(caller -> (caller % 2 == 0) == even)
                        .toList());
        assertThat(workflows(node)).isEqualTo(1);
    }

    @Test
    default void manyKeysAtOnceAreAllAdmitted() {
        StoreNode node = start();
        List<SubmissionResult> answers =
                atOnce(caller -> () -> node.admit(keyed("orders", "key-" + caller, "{}"))).stream()
                        .map(Await::done)
                        .toList();
        assertThat(answers).noneMatch(SubmissionResult::joined);
        assertThat(answers.stream().map(SubmissionResult::key).distinct()).hasSize(CALLERS);
    }

    /** A caller of its own thread each, all let go at the same moment; asks again while the key is held. */
    private static List<Future<SubmissionResult>> atOnce(
            java.util.function.IntFunction<Callable<SubmissionResult>> call) {
        CyclicBarrier barrier = new CyclicBarrier(CALLERS);
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            return IntStream.range(0, CALLERS)
                    .mapToObj(caller -> threads.submit(() -> {
                        barrier.await();
                        while (true) {
                            try {
                                return call.apply(caller).call();
                            } catch (SubmissionHeldException e) {
                                Thread.onSpinWait(); // as its message says: send the same again
                            }
                        }
                    }))
                    .toList();
        }
    }
}

package dev.holdfast.postgres.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.InvalidInputException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node without definitions owns nothing, and accepts, shows and changes what the others run. */
@Timeout(120)
class GatewayTest {
    record Order(String item, int quantity) {}

    private static final Definition<Order, String> ORDER = Definition.of("order", 1, Order.class, String.class);
    private static final Definition<Order, String> NEXT = Definition.of("order", 2, Order.class, String.class);
    private static final Step PACK = Step.named("pack").retry(RetryPolicy.never());
    private static final ActionOptions WHY = ActionOptions.because("fixed").by("ann");
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int BUCKETS = 256;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final AtomicBoolean broken = new AtomicBoolean();
    private final List<Holdfast> nodes = new ArrayList<>();

    private Holdfast start(String name, UnaryOperator<Holdfast.Builder> with) {
        Holdfast node = with.apply(PostgresHoldfast.on(
                        TestNode.config(database.jdbcUrl()).nodeName(name).lease(Duration.ofSeconds(5))))
                .start();
        nodes.add(node);
        return node;
    }

    private Holdfast gateway() {
        return start("gateway", builder -> builder);
    }

    private Holdfast worker(String name) {
        return worker(name, ORDER);
    }

    private Holdfast worker(String name, Definition<Order, String> definition) {
        return start(
                name,
                builder -> builder.register(
                        definition, (ctx, order) -> ctx.step(PACK, String.class, step -> pack(order))));
    }

    private String pack(Order order) {
        if (broken.get()) {
            throw new IllegalStateException("out of boxes");
        }
        return order.quantity() + " " + order.item();
    }

    @AfterEach
    void close() {
        nodes.forEach(Holdfast::close);
    }

    private static void await(String condition, Holdfast node, int buckets, String owner) {
        Await.until(
                condition,
                () -> node.admin().nodes().stream()
                        .filter(one -> one.name().equals(owner))
                        .anyMatch(one -> one.buckets() == buckets));
    }

    /** Of each way to submit. */
    private static List<WorkflowHandle<?>> submitSix(Holdfast gateway) {
        return Stream.of("a", "b")
                .<WorkflowHandle<?>>flatMap(name -> Stream.of(
                        gateway.submitJson(
                                "order", "{\"item\":\"book\",\"quantity\":2}".getBytes(UTF_8), Submission.plain()),
                        gateway.submit(ORDER, new Order("book", 2), Submission.key("key-" + name)),
                        gateway.submit(ORDER, new Order("book", 2), Submission.id("id-" + name))))
                .toList();
    }

    private static void assertAllRun(List<WorkflowHandle<?>> six) {
        assertThat(six).hasSize(6);
        assertThat(six)
                .allSatisfy(handle ->
                        assertThat(text(handle.result(LONG)).replace("\"", "")).isEqualTo("2 book"));
    }

    private static String text(Object result) {
        return result instanceof byte[] json ? new String(json, UTF_8) : String.valueOf(result);
    }

    @Test
    void allOrdersRunOnAWorkerThatWasThereFirst() {
        Holdfast worker = worker("one");
        Holdfast gateway = gateway();
        assertAllRun(submitSix(gateway));
        await("the worker keeps all buckets", worker, BUCKETS, "one");
        await("the gateway has none", worker, 0, "gateway");
    }

    @Test
    void allOrdersRunOnAWorkerThatComesLater() {
        Holdfast gateway = gateway();
        assertThatThrownBy(() -> submitSix(gateway))
                .isInstanceOf(UnknownDefinitionException.class)
                .hasMessage("no node announces the workflow definition \"order\"; announced are []: check the name, or"
                        + " start a node that registers it");
        worker("one");
        Await.until("the gateway knows it", () -> !gateway.admin().definitions().isEmpty());
        assertAllRun(submitSix(gateway));
        assertThat(gateway.admin().nodes())
                .extracting(NodeSummary::name, NodeSummary::definitions, NodeSummary::buckets)
                .containsExactly(
                        tuple("gateway", List.of(), 0),
                        tuple("one", List.of(new DefinitionVersion("order", 1)), BUCKETS));
    }

    @Test
    void allOrdersAreAcceptedAndRunWhileTheOnlyWorkerIsStartedAgain() {
        Holdfast worker = worker("one");
        Holdfast gateway = gateway();
        gateway.submit(ORDER, new Order("book", 2)).result(LONG);
        worker.close();
        List<WorkflowHandle<?>> six = submitSix(gateway);
        assertThat(six).allSatisfy(handle -> assertThat(handle.status()).isEqualTo(WorkflowStatus.QUEUED));
        worker("one");
        assertAllRun(six);
    }

    @Test
    void twoWorkersShareWhatTwoGatewaysAccept() {
        Holdfast first = worker("one");
        Holdfast gateway = gateway();
        start("operator", builder -> builder);
        worker("two");
        await("the workers share", first, BUCKETS / 2, "one");
        await("the workers share", first, BUCKETS / 2, "two");
        assertAllRun(submitSix(gateway));
    }

    @Test
    void aGatewayChecksTheFormAndTheNodeThatRunsItTheType() {
        worker("one");
        Holdfast gateway = gateway();
        assertThatThrownBy(() -> gateway.submitJson("order", "{\"item\":".getBytes(UTF_8), Submission.plain()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("the input is not valid JSON at line 1, column 9");
        assertThatThrownBy(() -> gateway.submitJson("oder", "{}".getBytes(UTF_8), Submission.plain()))
                .isInstanceOf(UnknownDefinitionException.class)
                .hasMessageContaining("announced are [order/1]");
        assertThatThrownBy(() -> gateway.submitJson("order", 7, "{}".getBytes(UTF_8), Submission.plain()))
                .isInstanceOf(UnknownDefinitionException.class)
                .hasMessageContaining("\"order/7\"");
        String id = gateway.submitJson("order", "[1]".getBytes(UTF_8), Submission.plain())
                .id();
        assertThat(parked(gateway, id).cause()).isEqualTo("UNDECODABLE");
    }

    private static DeadLetter parked(Holdfast node, String id) {
        Await.until("it is parked", () -> node.admin().find(id).status() == WorkflowStatus.DEAD_LETTERED);
        return node.admin().deadLetters(DeadLetterFilter.all(100)).items().stream()
                .filter(letter -> letter.workflowId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void equalInputsJoinAndOtherOnesConflictAtAGatewayToo() {
        Holdfast worker = worker("one");
        Holdfast gateway = gateway();
        String id =
                worker.submit(ORDER, new Order("book", 2), Submission.key("k")).id();
        assertThat(gateway.submitJson(
                                "order", "{ \"quantity\": 2, \"item\": \"book\" }".getBytes(UTF_8), Submission.key("k"))
                        .id())
                .isEqualTo(id);
        assertThatThrownBy(() -> gateway.submit(ORDER, new Order("book", 3), Submission.key("k")))
                .isInstanceOf(SubmissionConflictException.class);
    }

    @Test
    void anOperatorActsThroughAGateway() {
        worker("one");
        Holdfast gateway = gateway();
        broken.set(true);
        WorkflowHandle<String> handle = gateway.submit(ORDER, new Order("book", 2));
        DeadLetter letter = parked(gateway, handle.id());
        broken.set(false);
        assertThat(gateway.admin().retry(letter.id(), WHY, LONG)).isPresent();
        assertThat(handle.result(LONG)).isEqualTo("2 book");
    }

    @Test
    void theNewestVersionIsTheNewestThatRuns() {
        Holdfast next = worker("one", NEXT);
        worker("two");
        Holdfast gateway = gateway();
        assertThat(versionOf(gateway)).isEqualTo(2);
        next.close();
        Await.until(
                "it is gone", () -> gateway.admin().definitions().equals(List.of(new DefinitionVersion("order", 1))));
        assertThat(versionOf(gateway)).isEqualTo(1);
    }

    private static int versionOf(Holdfast gateway) {
        String id = gateway.submitJson(
                        "order", "{\"item\":\"book\",\"quantity\":2}".getBytes(UTF_8), Submission.plain())
                .id();
        return gateway.admin().find(id).version();
    }

    @Test
    void whatNoOwnerRegistersIsNamed() {
        Holdfast next = worker("one", NEXT);
        Holdfast gateway = gateway();
        next.close();
        String id = gateway.submit(NEXT, new Order("book", 2)).id();
        Holdfast old = worker("one");
        Await.until("it waits", () -> gateway.admin().find(id).status() == WorkflowStatus.WAITING);
        Await.until(
                "readiness names it",
                () -> old.admin().health().checks().stream()
                        .anyMatch(check -> check.name().equals("versions")
                                && check.holds()
                                && check.detail().contains("order/2 (1)")));
        old.close();
        worker("one", NEXT);
        assertThat(gateway.handle(NEXT, id).result(LONG)).isEqualTo("2 book");
    }
}

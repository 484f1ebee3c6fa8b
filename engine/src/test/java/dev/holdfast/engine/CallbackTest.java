package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Callback;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.InvalidInputException;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownCallbackException;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.CallbackTokens;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.ParkingReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** URLs at which outside systems answer, once. */
@Timeout(60)
final class CallbackTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final EngineConfig SERVED = EngineNode.CONFIG.callbackBaseUrl("https://example.com/holdfast/");
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");
    private static final Duration DAY = Duration.ofDays(1);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> urls = new CopyOnWriteArrayList<>();

    private EngineNode node(EngineConfig config, Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.config(config).register(WORK, code));
    }

    private EngineNode node(Workflow<String, String> code) {
        return node(SERVED, code);
    }

    /** Hands the URL to a system outside, and waits for its answer. */
    private final Workflow<String, String> paid = (ctx, in) -> {
        Callback<String> callback = ctx.callback("paid", String.class);
        ctx.run("send", step -> urls.add(callback.url()));
        return callback.await();
    };

    private String awaitToken(EngineNode node, String id) {
        node.awaitWait(id);
        String url = urls.getLast();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static void answer(EngineNode node, String token, String json) {
        node.engine().acceptCallback(token, json.getBytes(UTF_8));
    }

    private static void requireUnknown(EngineNode node, String token) {
        assertThatThrownBy(() -> answer(node, token, "1")).isInstanceOf(UnknownCallbackException.class);
    }

    @Test
    void theFirstAnswerCountsAndRepeatsAreNone() {
        try (EngineNode node = node(paid)) {
            String id = node.submit(WORK, "").id();
            String token = awaitToken(node, id);
            assertThat(urls.getLast()).startsWith("https://example.com/holdfast/v1/callbacks/");
            answer(node, token, "\"yes\"");
            answer(node, token, "\"no\"");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("yes");
            answer(node, token, "\"late\"");
            assertThat(node.log(id)).as("the end is its last record").hasSize(6);
        }
    }

    @Test
    void aReplayGetsTheSameUrlWhateverTheAddressIsBy() {
        String id;
        String token;
        try (EngineNode node = node(paid)) {
            id = node.submit(WORK, "").id();
            token = awaitToken(node, id);
            node.crash();
        }
        try (EngineNode node = node(EngineNode.CONFIG, (ctx, in) -> {
            Callback<String> callback = ctx.callback("paid", String.class);
            ctx.run("send", step -> {});
            return callback.url() + " " + callback.await();
        })) {
            answer(node, token, "\"yes\"");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo(urls.getFirst() + " yes");
        }
        assertThat(urls).hasSize(1);
    }

    @Test
    void aWrongTokenIsUnknownAndSoIsThatOfAWorkflowThatHasEndedWithoutIt() {
        try (EngineNode node = node(paid)) {
            String id = node.submit(WORK, "").id();
            String token = awaitToken(node, id);
            for (int i = 0; i < token.length(); i++) {
                char other = token.charAt(i) == 'A' ? 'E' : 'A';
                String wrong = token.substring(0, i) + other + token.substring(i + 1);
                // The last character has bits that no byte has.
                if (new CallbackTokens(secret()).read(wrong).isEmpty()) {
                    requireUnknown(node, wrong);
                } else {
                    assertThat(i).isEqualTo(token.length() - 1);
                }
            }
            for (String wrong : List.of("", "x", "!", token.substring(1), token + "AAAA", "A".repeat(100_000))) {
                requireUnknown(node, wrong);
            }
            node.engine().admin().terminate(id, WHY, EngineNode.DEADLINE);
            requireUnknown(node, token);
        }
    }

    private byte[] secret() {
        return new MemoryStore(database).callbackSecret();
    }

    @Test
    void anAnswerThatIsNoneIsRefused() {
        try (EngineNode node = node(paid)) {
            String id = node.submit(WORK, "").id();
            String token = awaitToken(node, id);
            assertThatThrownBy(() -> answer(node, token, "{")).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> answer(node, token, " null ")).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> answer(node, token, '"' + "x".repeat(300_000) + '"'))
                    .isInstanceOf(TooLargeException.class);
            assertThatThrownBy(() -> node.engine().signalJson(id, "callback:paid.0", "1".getBytes(UTF_8)))
                    .isInstanceOf(RuntimeException.class)
                    .hasMessageContaining("callback:paid.0");
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.WAITING);
            answer(node, token, "[1]");
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.UNDECODABLE);
        }
    }

    @Test
    void theWaitMayHaveALimitAndBeMadeAgain() {
        try (EngineNode node = node((ctx, in) -> {
            Callback<String> callback = ctx.callback("paid", String.class);
            ctx.run("send", step -> urls.add(callback.url()));
            Optional<String> first = callback.await(DAY);
            return first + " " + callback.await() + " " + callback.await(DAY);
        })) {
            String id = node.submit(WORK, "").id();
            String token = awaitToken(node, id);
            assertThat(node.awaitWait(id).until().orElseThrow())
                    .isBetween(
                            clock.instant().plus(DAY).minusSeconds(1),
                            clock.instant().plus(DAY));
            clock.advance(DAY);
            Await.until(
                    "it waits again",
                    () -> node.find(id).waitingFor().stream()
                            .anyMatch(wait -> wait.until().isEmpty()));
            answer(node, token, "\"yes\"");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("Optional.empty yes Optional[yes]");
        }
    }

    @Test
    void twoOfOneNameAreTwo() {
        try (EngineNode node = node((ctx, in) -> {
            Callback<String> one = ctx.callback("paid", String.class);
            Callback<String> two = ctx.callback("paid", String.class);
            ctx.run("send", step -> urls.addAll(List.of(two.url(), one.url())));
            return one.await() + two.await();
        })) {
            String id = node.submit(WORK, "").id();
            String one = awaitToken(node, id);
            String two = urls.getFirst().substring(urls.getFirst().lastIndexOf('/') + 1);
            answer(node, two, "\"2\"");
            answer(node, one, "\"1\"");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("12");
        }
    }

    /** An application starts the engine before the server that serves it. */
    @Test
    void waitsForAServerThatStartsAfterTheEngine() {
        try (EngineNode node = node(EngineNode.CONFIG, paid)) {
            String id = node.submit(WORK, "").id();
            assertThat(node.awaitWait(id).until()).contains(clock.instant().plusSeconds(1));
            node.engine().serveCallbacksAt("http://127.0.0.1:7070");
            clock.advance(Duration.ofSeconds(1));
            Await.until("the URL is made", () -> !urls.isEmpty());
            answer(node, awaitToken(node, id), "\"yes\"");

            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("yes");
            assertThat(urls).singleElement().asString().startsWith("http://127.0.0.1:7070/v1/callbacks/");
        }
    }

    @Test
    void withoutAnAddressItIsParkedWithWhatToSet() {
        try (EngineNode node = node(EngineNode.CONFIG, paid)) {
            String id = node.submit(WORK, "").id();
            assertThat(node.awaitWait(id).kind()).isEqualTo("timer");
            clock.advance(Duration.ofSeconds(30));
            ParkingReason letter = node.deadLetter(id);
            assertThat(node.deadLetter(node.submit(WORK, "").id()).cause())
                    .as("no second wait")
                    .isEqualTo(Cause.NON_RETRYABLE);
            assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(letter.failure().message()).contains("callbackBaseUrl", "HOLDFAST_CALLBACKS_BASE_URL", "retry");
            node.engine().serveCallbacksAt("http://127.0.0.1:7070");
            node.engine().admin().retry(node.find(id).deadLetter().orElseThrow(), WHY, EngineNode.DEADLINE);
            answer(node, awaitToken(node, id), "\"yes\"");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("yes");
            assertThat(urls.getLast()).startsWith("http://127.0.0.1:7070/v1/callbacks/");
        }
    }

    @Test
    void sillyAddressesAreRefused() {
        for (String silly : List.of("", "example.com", "ftp://example.com", "http://", "http://a/?b", "http://a b")) {
            assertThatThrownBy(() -> EngineNode.CONFIG.callbackBaseUrl(silly))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("https://holdfast.example.com");
        }
    }
}

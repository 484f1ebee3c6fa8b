package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.Submission;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.export.ExportReader;
import dev.holdfast.engine.export.ExportedHistory;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.spi.HistoryEvent;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values come back from an export as they were stored, whatever they are, and however many there are. */
@Timeout(60)
final class HistoryExportTest {
    private static final Definition<Object, Object> ECHO = Definition.of("echo", 1, Object.class, Object.class);
    private static final Workflow<Object, Object> CODE = (ctx, in) -> ctx.step("same", Object.class, step -> in);

    private static ExportedHistory read(String history) {
        return ExportReader.read("a test", new ByteArrayInputStream(history.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void numbersAndTextsStayAsTheyWereWritten() {
        String input =
                "{\"a\":1.10,\r\n\t\"b\":1e400,\"c\":123456789012345678901234567890,\"d\":\"\u00fc\u2028\\n\u0007\","
                                .replace("\u0007", "\\u0007")
                        + "\"e\":[null,true,{}],\"f\":0.0}";
        try (Kit kit = Kit.with(ECHO, CODE)) {
            String id = kit.holdfast()
                    .submitJson("echo", input.getBytes(StandardCharsets.UTF_8), Submission.plain())
                    .id();
            kit.awaitIdle();
            String text = Exports.text(kit, id);

            assertThat(new String(read(text).input(), StandardCharsets.UTF_8))
                    .isEqualTo(input.replaceAll("[\r\n\t]", "").replace("1e400", "1E+400"));
            assertThat(text.lines()).hasSize(2 + read(text).log().size());
            Replay.of(text).against(ECHO, CODE);
        }
    }

    @Test
    void aNegativeZeroComesBack() {
        Definition<Double, Double> definition = Definition.of("zero", 1, Double.class, Double.class);
        try (Kit kit = Kit.with(definition, (ctx, in) -> ctx.step("same", Double.class, step -> in))) {
            WorkflowHandle<Double> handle = kit.submit(definition, -0.0);
            kit.result(handle);
            kit.awaitIdle();
            Replay.of(Exports.text(kit, handle.id())).against(definition, (ctx, in) -> {
                assertThat(1 / in).isNegative();
                assertThat(1 / ctx.step("same", Double.class, step -> in)).isNegative();
                return in;
            });
        }
    }

    @Test
    void aHistoryOfSeveralPagesIsWhole() {
        Definition<String, String> definition = Definition.of("long", 1, String.class, String.class);
        Workflow<String, String> code = (ctx, in) -> {
            for (int i = 0; i < 700; i++) {
                ctx.step("step", String.class, step -> in.repeat(3_000));
            }
            return in;
        };
        try (Kit kit = Kit.with(definition, code)) {
            WorkflowHandle<String> handle =
                    kit.submit(definition, "x", Submission.plain().label("tenant", "acme"));
            kit.result(handle);
            kit.awaitIdle();
            String text = Exports.text(kit, handle.id());

            assertThat(read(text).log()).hasSize(701);
            assertThat(read(text).labels()).isEqualTo(Map.of("tenant", "acme"));
            assertThat(read(text).log().getLast().event()).isInstanceOf(HistoryEvent.Ended.class);
            Replay.of(text).cuts(10).against(definition, code);
        }
    }

    @Test
    void valuesThatAreNoJsonComeBack() {
        try (Kit kit = Kit.with(ECHO, CODE).codec(new Foreign())) {
            WorkflowHandle<Object> handle = kit.submit(ECHO, "hello");
            assertThat(kit.result(handle)).isEqualTo("hello");
            kit.awaitIdle();
            String text = Exports.text(kit, handle.id());
            assertThat(text).contains("\"inputBase64\":").doesNotContain("hello");
            Replay.of(text).codec(new Foreign()).against(ECHO, CODE);
        }
    }

    /** JSON behind a byte that no JSON has. */
    private static final class Foreign implements Codec {
        private final JacksonCodec json = new JacksonCodec();

        @Override
        public byte[] encode(@Nullable Object value, TypeToken<?> type) {
            byte[] plain = json.encode(value, type);
            byte[] marked = new byte[plain.length + 1];
            marked[0] = 1;
            System.arraycopy(plain, 0, marked, 1, plain.length);
            return marked;
        }

        @Override
        public <T> @Nullable T decode(byte[] value, TypeToken<T> type) {
            return json.decode(Arrays.copyOfRange(value, 1, value.length), type);
        }

        @Override
        public <T> @Nullable T decodeStrictly(byte[] value, TypeToken<T> type) {
            return json.decodeStrictly(value, type);
        }

        @Override
        public byte[] digest(byte[] value) {
            return json.digest(Arrays.copyOfRange(value, 1, value.length));
        }
    }
}

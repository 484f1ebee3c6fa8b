package dev.holdfast.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.TypeToken;
import dev.holdfast.json.JacksonCodec;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What it costs a step that its value is decoded after it was written. Prints the table of decision 0004. */
@Tag("long")
final class ValueCostTest {
    private static final int ROUNDS = 5;
    private static final int REPEATS = 200_000;

    record Receipt(UUID id, String payment, BigDecimal amount, Instant at, List<String> items) {}

    private static final Receipt RECEIPT = new Receipt(
            new UUID(1, 2), "p".repeat(20), new BigDecimal("12.50"), Instant.ofEpochSecond(1), List.of("a", "b", "c"));

    private final JacksonCodec codec = new JacksonCodec();
    private final Values values = new Values(codec, 1 << 20);

    @Test
    void decodingCostsMicroseconds() {
        double text = extra("String of 100 characters", "x".repeat(100), TypeToken.of(String.class));
        double record = extra("record of five members", RECEIPT, TypeToken.of(Receipt.class));
        List<Receipt> hundred = java.util.Collections.nCopies(100, RECEIPT);
        extra("list of a hundred such records", hundred, new TypeToken<List<Receipt>>() {});
        assertThat(text).as("decoding that is skipped, ns").isLessThan(100);
        assertThat(record).as("decoding a record, ns").isLessThan(20_000);
    }

    /** Nanoseconds for one value, beyond writing it. */
    private <T> double extra(String what, T value, TypeToken<T> type) {
        double written = Double.MAX_VALUE;
        double decoded = Double.MAX_VALUE;
        int repeats = codec.encode(value, type).length > 1_000 ? REPEATS / 100 : REPEATS;
        for (int round = 0; round < ROUNDS; round++) {
            written = Math.min(written, nanos(repeats, () -> codec.encode(value, type).length));
            decoded = Math.min(
                    decoded,
                    nanos(repeats, () -> values.encode(() -> what, value, type).bytes().length));
        }
        System.out.printf(
                "| %s | %d | %,.0f | %,.0f |%n", what, codec.encode(value, type).length, written, decoded - written);
        return decoded - written;
    }

    private static double nanos(int repeats, java.util.function.IntSupplier call) {
        long sum = 0;
        long began = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            sum += call.getAsInt();
        }
        long took = System.nanoTime() - began;
        assertThat(sum).isPositive();
        return (double) took / repeats;
    }
}

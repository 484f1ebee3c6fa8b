package dev.holdfast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which inputs mean the same. */
final class DigestTest {
    private final JacksonCodec codec = new JacksonCodec();

    private String digest(String json) {
        return HexFormat.of().formatHex(codec.digest(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 1.0",
                "1 | 1e0",
                "100 | 1E+2",
                "0 | 0.00",
                "0 | -0",
                "0 | 0e99",
                "0.5 | 5e-1",
                "12345678901234567890 | 1.234567890123456789e19",
                "{\"a\":1,\"b\":2} | {\"b\":2,\"a\":1}",
                "{\"a\":{\"c\":1,\"b\":2}} | {\"a\":{\"b\":2.0,\"c\":1}}",
                "[1,2] | [ 1.0 ,\t2 ]",
                "\"A\" | \"\\u0041\"",
                "\"/\" | \"\\/\"",
                "1e400 | 10e399",
                "1e-400 | 0.1e-399",
            })
    void spellingDoesNotCount(String one, String other) {
        assertThat(digest(one)).isEqualTo(digest(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 2",
                "1 | \"1\"",
                "1 | [1]",
                "1 | true",
                "0 | false",
                "0 | null",
                "null | \"null\"",
                "null | {}",
                "[] | {}",
                "\"\" | []",
                "[1,2] | [2,1]",
                "[[1],2] | [1,[2]]",
                "[[1,2]] | [[1],[2]]",
                "{\"a\":1} | {\"a\":1,\"b\":null}",
                "{\"a\":\"b\"} | {\"b\":\"a\"}",
                "{\"ab\":\"c\"} | {\"a\":\"bc\"}",
                "\"a\" | \"A\"",
                "\"a\" | \"a \"",
                "\"é\" | \"e\\u0301\"",
                "0.1 | 0.10000000000000001",
                "12345678901234567890 | 12345678901234567891",
                "1e400 | 1e401",
                "\"?\" | \"\\ud800\"",
                "\"\\udc00\" | \"\\ud800\"",
            })
    void meaningCounts(String one, String other) {
        assertThat(digest(one)).isNotEqualTo(digest(other));
    }

    /** Computed by another program. Stored with every key, so it never changes. */
    @Test
    void theDigestIsForEver() {
        assertThat(digest("{\"b\":[1.0,null,true,\"größe\"],\"a\":{}}"))
                .isEqualTo("347384830be4b68c29577df6dde493818449247acbe008ef73e65ee960f5b56f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":1,\"a\":1}",
                "[1,]",
                "1 2",
                "{} x",
                "NaN",
                "1e99999999999",
                "1000e2147483647"
            })
    void whatHasNoMeaningIsRefused(String text) {
        assertThatThrownBy(() -> digest(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void randomValuesKeepTheirDigestHoweverTheyAreWritten() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Object value = value(random, 4);
            assertThat(digest(write(random, value))).as("seed %s", seed).isEqualTo(digest(write(random, value)));
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 5)) {
            case 0 -> random.nextInt(1_000);
            case 1 -> Integer.toString(random.nextInt(), 36);
            case 2 -> random.nextBoolean();
            case 3 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(Integer.toString(random.nextInt(), 36), value(random, depth - 1));
                }
                yield map;
            }
        };
    }

    private static String write(Random random, Object value) {
        String space = " ".repeat(random.nextInt(2));
        return switch (value) {
            case Integer number ->
                switch (random.nextInt(3)) {
                    case 0 -> number + space;
                    case 1 -> number + "." + "0".repeat(1 + random.nextInt(3));
                    default -> number * 10 + "e-1";
                };
            case List<?> list ->
                "["
                        + String.join(
                                "," + space,
                                list.stream().map(item -> write(random, item)).toList()) + "]";
            case Map<?, ?> map -> {
                List<String> members = new ArrayList<>();
                map.forEach((name, member) -> members.add("\"" + name + "\":" + space + write(random, member)));
                Collections.shuffle(members, random);
                yield "{" + String.join(",", members) + "}";
            }
            case Boolean truth -> truth.toString();
            default -> "\"" + value + "\"";
        };
    }
}

package dev.holdfast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.TypeToken;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people who send JSON read; they do not know its parser. */
class ParserMessagesTest {
    private enum Size {
        SMALL,
        LARGE
    }

    private record Order(String item, int quantity, boolean gift, List<String> notes, Instant due, Size size) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'item':'a',x} | the input is not valid JSON at line 1, column 13",
                "{'item': | the input is not valid JSON at line 1, column 9",
                "{'item':'a'} b | the input is not valid JSON at line 1, column 14",
                "{'item':'a','item':'b'} | the input does not fit: Duplicate Object property 'item'",
                "{'quantity':'two'} | the input does not fit at quantity: expected a whole number",
                "{'quantity':1.5} | the input does not fit at quantity: expected a whole number",
                "{'gift':3} | the input does not fit at gift: expected true or false",
                "{'notes':'a'} | the input does not fit at notes: expected an array",
                "{'due':'soon'} | the input does not fit at due: expected a time such as 2026-01-31T12:00:00Z",
                "{'size':'HUGE'} | the input does not fit at size: expected one of SMALL, LARGE",
                "[] | the input does not fit: expected an object",
            })
    void sayWhatIsExpected(String json, String message) {
        assertThatThrownBy(() -> new JacksonCodec()
                        .decodeStrictly(json.replace('\'', '"').getBytes(UTF_8), TypeToken.of(Order.class)))
                .hasMessageStartingWith(message.replace('\'', '"'));
    }
}

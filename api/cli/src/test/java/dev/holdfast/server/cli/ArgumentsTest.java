package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private boolean areReadable(Charset locale, String... arguments) {
        return Arguments.areReadable(arguments, locale, new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void whatTheJvmReplacedIsReported() {
        assertThat(areReadable(StandardCharsets.US_ASCII, "submit", "a", "{\"name\":\"B\ufffd\ufffdch\"}"))
                .isFalse();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("argument 3 ({\"name\":\"B??ch\"}) has a letter")
                .contains("US-ASCII", "set LC_ALL", "C.UTF-8")
                .hasLineCount(1);
    }

    @Test
    void whatTheUserTypedIsNot() {
        assertThat(areReadable(StandardCharsets.US_ASCII, "submit", "a", "{\"name\":\"Buch\"}"))
                .isTrue();
        assertThat(areReadable(StandardCharsets.ISO_8859_1, "B\u00fcch")).isTrue();
        assertThat(areReadable(StandardCharsets.UTF_8, "B\ufffdch \u2713")).isTrue();
        assertThat(err.size()).isZero();
    }
}

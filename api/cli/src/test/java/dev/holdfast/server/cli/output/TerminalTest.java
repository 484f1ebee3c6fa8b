package dev.holdfast.server.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void drawsWhatFitsAndClearsWhatWasThere() {
        Terminal terminal = new Terminal(() -> new Terminal.Size(3, 4));

        assertThat(terminal.frame(columns -> List.of("a" + columns, "long line", "c")))
                .isEqualTo("\u001b[Ha4\u001b[K\nlong\u001b[K\n\u001b[J");
    }

    @Test
    void readsItsSize() {
        assertThat(Terminal.sizeOf("50 132\n")).isEqualTo(new Terminal.Size(50, 132));
        assertThat(Terminal.sizeOf("0 0\n")).isEqualTo(new Terminal.Size(24, 80));
        assertThat(Terminal.sizeOf("")).isEqualTo(new Terminal.Size(24, 80));
    }
}

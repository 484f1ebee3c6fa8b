package dev.holdfast.server.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static Table table() {
        Table table = new Table("ID", "TYPE", "CREATED", "ATTEMPT", "ERROR").dispensable("ATTEMPT", "CREATED", "TYPE");
        table.add("walk-1", "orders.pay", "2026-11-21T14:03:54Z", "1", "IOException: attempt 1 of 9 that fail all");
        return table;
    }

    @Test
    void alignsColumnsAndLeavesNoBlanksBehind() {
        Table table = new Table("A", "LONG", "C");
        table.add("aaaa", "b", "");
        table.add("a", "b", "cc");

        assertThat(table.lines(80)).containsExactly("A     LONG  C", "aaaa  b", "a     b     cc");
    }

    @Test
    void isCompleteWhereItFits() {
        assertThat(table().lines(100).getLast())
                .isEqualTo(
                        "walk-1  orders.pay  2026-11-21T14:03:54Z  1        IOException: attempt 1 of 9 that fail all");
    }

    @Test
    void shortensTheLastColumnBetweenWords() {
        assertThat(table().lines(85).getLast())
                .isEqualTo("walk-1  orders.pay  2026-11-21T14:03:54Z  1        IOException: attempt 1 of 9 that…");
    }

    @Test
    void leavesTheLeastImportantColumnsOut() {
        assertThat(table().lines(74))
                .containsExactly(
                        "ID      TYPE        CREATED               ERROR",
                        "walk-1  orders.pay  2026-11-21T14:03:54Z  IOException: attempt 1 of 9…");
        assertThat(table().lines(50).getFirst()).isEqualTo("ID      TYPE        ERROR");
        assertThat(table().lines(10).getLast()).isEqualTo("walk-1  IOException: attempt 1 of 9…");
    }

    @Test
    void breaksNoWord() {
        Table table = new Table("ID", "KEY");
        table.add("walk-1", "de531784-05b9-8664-b2f8-3bc8d3e1527f");

        assertThat(table.lines(20).getLast()).isEqualTo("walk-1  de531784-05b9-8664-b2f8-3bc8d3e1527f");
    }

    @Test
    void wrapsBetweenWords() {
        assertThat(Words.wrapped("one two three", 8)).isEqualTo(List.of("one two", "three"));
        assertThat(Words.wrapped("one twothreefour", 8)).isEqualTo(List.of("one", "twothreefour"));
        assertThat(Words.wrapped("", 8)).isEqualTo(List.of(""));
    }
}

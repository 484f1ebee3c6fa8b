package dev.holdfast.server.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsColumnsAndLeavesNoBlanksBehind() {
        Table table = new Table("A", "LONG", "C");
        table.add("aaaa", "b", "");
        table.add("a", "b", "cc");

        assertThat(table.lines()).containsExactly("A     LONG  C", "aaaa  b", "a     b     cc");
    }
}

package dev.holdfast.server.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows in aligned columns that fit a width: the text of the last column is shortened, then columns go, and no word is
 * broken. A table of words that are all long stays wider than that. Used by one thread.
 */
public final class Table {
    private static final String GAP = "  ";
    /** The width that the last column keeps before other columns go. */
    private static final int TEXT_MIN = 30;

    private final List<List<String>> rows = new ArrayList<>();
    private List<String> dispensable = List.of();

    public Table(String... header) {
        rows.add(List.of(header));
    }

    /** Names the columns that may go, the least important first. */
    public Table dispensable(String... names) {
        dispensable = List.of(names);
        return this;
    }

    public void add(String... cells) {
        rows.add(List.of(cells));
    }

    /** The lines, the header first, without trailing blanks. */
    public List<String> lines(int width) {
        List<Integer> columns = new ArrayList<>(
                IntStream.range(0, rows.getFirst().size()).boxed().toList());
        for (String name : dispensable) {
            if (width(columns, TEXT_MIN) <= width) {
                break;
            }
            columns.removeIf(column -> rows.getFirst().get(column).equals(name));
        }
        int text = Math.max(TEXT_MIN, width - others(columns));
        int[] widths = columns.stream().mapToInt(this::width).toArray();
        return rows.stream().map(row -> line(row, columns, widths, text)).toList();
    }

    /** The width of these columns, the last one shortened to {@code text}. */
    private int width(List<Integer> columns, int text) {
        return others(columns)
                + cells(columns.getLast())
                        .mapToInt(cell -> Words.shortened(cell, text).length())
                        .max()
                        .orElse(0);
    }

    /** The width of all but the last of these columns, with the gap before that. */
    private int others(List<Integer> columns) {
        return columns.stream()
                .limit(columns.size() - 1L)
                .mapToInt(column -> width(column) + GAP.length())
                .sum();
    }

    private int width(int column) {
        return cells(column).mapToInt(String::length).max().orElse(0);
    }

    private Stream<String> cells(int column) {
        return rows.stream().map(row -> row.get(column));
    }

    private static String line(List<String> row, List<Integer> columns, int[] widths, int text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length - 1; i++) {
            String cell = row.get(columns.get(i));
            line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
        }
        line.append(Words.shortened(row.get(columns.getLast()), text));
        return line.toString().stripTrailing();
    }
}

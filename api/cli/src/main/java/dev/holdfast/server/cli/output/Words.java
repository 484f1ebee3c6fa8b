package dev.holdfast.server.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Fits text into a width without breaking words. Stateless. */
public final class Words {
    private static final String REST = "…";

    private Words() {}

    /** As many whole words as fit, with … in place of the rest; at least the first word, however long. */
    static String shortened(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int end = text.lastIndexOf(' ', Math.max(0, width - REST.length()));
        int cut = end > 0 ? end : text.indexOf(' ');
        return cut < 0 ? text : text.substring(0, cut) + REST;
    }

    /** All words, on as many lines as they need. */
    public static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int end = rest.lastIndexOf(' ', width);
            int cut = end > 0 ? end : rest.indexOf(' ');
            if (cut < 0) {
                break;
            }
            lines.add(rest.substring(0, cut));
            rest = rest.substring(cut + 1);
        }
        lines.add(rest);
        return lines;
    }
}

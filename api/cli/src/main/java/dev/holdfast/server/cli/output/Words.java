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
        int cut = lastGap(text, Math.max(0, width - REST.length()));
        return cut < 0 ? text : text.substring(0, cut) + REST;
    }

    /** The last blank within this width; the first one if there is none, -1 if the text has none. */
    private static int lastGap(String text, int width) {
        int last = text.lastIndexOf(' ', width);
        return last > 0 ? last : text.indexOf(' ');
    }

    /** All words, on as many lines as they need. */
    public static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int cut = lastGap(rest, width);
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

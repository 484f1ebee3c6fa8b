package dev.holdfast.server.hostile;

import java.nio.charset.StandardCharsets;

/**
 * One hostile request.
 *
 * @param target path and query, as in the request line
 * @param last whether it is the last one on its connection, because the start of a next one is ambiguous
 */
record HostileRequest(String method, String target, String head, String body, boolean last) {
    private static final int SHOWN_MAX = 400;

    /** The request as text; each character is one byte. */
    byte[] bytes() {
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    String path() {
        return target.split("\\?", 2)[0];
    }

    @Override
    public String toString() {
        return printable(head) + " " + printable(body);
    }

    private static String printable(String text) {
        String escaped = text.replace("\r", "\\r").replace("\n", "\\n");
        return escaped.length() > SHOWN_MAX
                ? escaped.substring(0, SHOWN_MAX) + "… (" + text.length() + " bytes)"
                : escaped;
    }
}

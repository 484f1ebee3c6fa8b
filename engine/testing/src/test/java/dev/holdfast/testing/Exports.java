package dev.holdfast.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Exports histories of a kit. Stateless. */
final class Exports {
    private Exports() {}

    static String text(Kit kit, String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        kit.holdfast().admin().exportHistory(id, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}

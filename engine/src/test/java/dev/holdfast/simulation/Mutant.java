package dev.holdfast.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A fault in the engine: one piece of its source is another one.
 *
 * @param fault what is wrong then
 * @param source the path of the source below {@code dev/holdfast}
 * @param right what stands there, once
 * @param wrong what stands there instead
 */
record Mutant(String fault, String source, String right, String wrong) {
    private static final Path SOURCES = Path.of("src/main/java/dev/holdfast");

    /** The source with the fault. Throws {@link IllegalStateException} if it does not have the right piece once. */
    String code() {
        try {
            String code = Files.readString(SOURCES.resolve(source));
            int at = code.indexOf(right);
            if (at < 0 || code.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException("mutant \"" + fault + "\": " + source + " has changed; expected once \""
                        + right + "\". Adapt the mutant to the new source");
            }
            return code.replace(right, wrong);
        } catch (IOException e) {
            throw new IllegalStateException("mutant \"" + fault + "\" has no source", e);
        }
    }

    /** The name of the class. */
    String className() {
        return "dev.holdfast." + source.replace(".java", "").replace('/', '.');
    }

    @Override
    public String toString() {
        return fault;
    }
}

package dev.holdfast.server.cli.value;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Reads a parameter that has JSON: the JSON itself, {@code @FILE}, or {@code -} for standard input. The node checks
 * whether it is JSON. Stateless.
 */
public final class JsonInput {
    private JsonInput() {}

    /** {@code name} is that of the parameter; {@code usage} makes the exception for one that cannot be read. */
    public static byte[] read(String name, String text, Function<String, ? extends RuntimeException> usage) {
        if (text.startsWith("@")) {
            return file(name, Path.of(text.substring(1)), usage);
        }
        try {
            return text.equals("-") ? System.in.readAllBytes() : text.getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw usage.apply("standard input cannot be read: " + e.getMessage());
        }
    }

    private static byte[] file(String name, Path file, Function<String, ? extends RuntimeException> usage) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw usage.apply(name + " is @" + file + ", which cannot be read: " + InputFile.reason(file, e));
        }
    }
}

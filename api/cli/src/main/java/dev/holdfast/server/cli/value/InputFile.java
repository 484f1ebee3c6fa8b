package dev.holdfast.server.cli.value;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says why a file that a command was given cannot be read. Stateless. */
public final class InputFile {
    private InputFile() {}

    /** The reason, in words for people who do not know Java. */
    public static String reason(Path file, IOException e) {
        if (Files.isDirectory(file)) {
            return "it is a directory";
        }
        return switch (e) {
            case NoSuchFileException none -> "there is no such file";
            case AccessDeniedException denied -> "this user has no right to read it";
            default -> String.valueOf(e.getMessage());
        };
    }
}

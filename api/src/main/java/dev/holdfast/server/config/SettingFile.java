package dev.holdfast.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Reads settings whose value is in a file. An unusable file throws {@link IllegalArgumentException}. Stateless. */
final class SettingFile {
    private static final int SIZE_MAX_BYTES = 1 << 20;

    private SettingFile() {}

    /** The setting, or the content of the file that {@code …-file} names, without its last line break. */
    static Optional<String> textOrFile(Settings settings, String key) {
        String fileKey = key + "-file";
        Optional<String> text = settings.text(key);
        Optional<String> file = settings.text(fileKey);
        if (text.isPresent() && file.isPresent()) {
            throw new IllegalArgumentException("both " + key + " and " + fileKey + " are set: use one of them");
        }
        return text.or(() ->
                file.map(name -> read(fileKey, name, path(fileKey, name)).replaceFirst("\\r?\\n\\z", "")));
    }

    /**
     * Reads a file inside this directory, with links resolved, so that the setting gives no access to other files of
     * the machine.
     */
    static String inside(String key, Path directory, String name) {
        Path path = path(key, name);
        if (StreamSupport.stream(path.spliterator(), false)
                .anyMatch(part -> part.toString().equals(".."))) {
            throw invalid(key, name, "expected a path without \"..\"");
        }
        try {
            Path root = directory.toRealPath();
            Path real = root.resolve(path).toRealPath();
            if (!real.startsWith(root)) {
                throw invalid(
                        key,
                        name,
                        "the file is outside of the application directory " + root
                                + ": move it there, or change app-directory");
            }
            return read(key, name, real);
        } catch (IOException e) {
            throw invalid(key, name, reason(e));
        }
    }

    private static Path path(String key, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw invalid(key, name, "expected a path");
        }
    }

    private static String read(String key, String name, Path path) {
        byte[] content;
        try (InputStream file = Files.newInputStream(path)) {
            content = file.readNBytes(SIZE_MAX_BYTES + 1);
        } catch (IOException e) {
            throw invalid(key, name, reason(e));
        }
        if (content.length == 0 || content.length > SIZE_MAX_BYTES) {
            throw invalid(key, name, content.length == 0 ? "the file is empty" : "the file is larger than 1 MiB");
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException gone -> "there is no such file";
            case AccessDeniedException denied -> "this process has no permission to read it";
            default -> "the file cannot be read: " + e.getClass().getSimpleName();
        };
    }

    private static IllegalArgumentException invalid(String key, String name, String why) {
        return new IllegalArgumentException(key + " is \"" + name + "\": " + why);
    }
}

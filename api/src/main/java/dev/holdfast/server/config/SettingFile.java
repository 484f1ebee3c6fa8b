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

/** Settings whose value stands in a file. What cannot be used throws {@link IllegalArgumentException}. Stateless. */
final class SettingFile {
    private static final int SIZE_MAX_BYTES = 1 << 20;

    private SettingFile() {}

    /** The setting, or what stands in the file that the setting {@code …-file} names, without the last line break. */
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
     * The content of a file that really lies in this directory: whoever may set a name must not choose from all files
     * of the machine.
     */
    static String inside(String key, Path directory, String name) {
        Path path = path(key, name);
        if (StreamSupport.stream(path.spliterator(), false)
                .anyMatch(part -> part.toString().equals(".."))) {
            throw refused(key, name, "a .. in it is never taken");
        }
        try {
            Path root = directory.toRealPath();
            Path real = root.resolve(path).toRealPath();
            if (!real.startsWith(root)) {
                throw refused(
                        key,
                        name,
                        "it lies outside of the directory of the application, " + root
                                + "; app-directory names another one");
            }
            return read(key, name, real);
        } catch (IOException e) {
            throw refused(key, name, reason(e));
        }
    }

    private static Path path(String key, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw refused(key, name, "this is no path");
        }
    }

    private static String read(String key, String name, Path path) {
        byte[] content;
        try (InputStream file = Files.newInputStream(path)) {
            content = file.readNBytes(SIZE_MAX_BYTES + 1);
        } catch (IOException e) {
            throw refused(key, name, reason(e));
        }
        if (content.length == 0 || content.length > SIZE_MAX_BYTES) {
            throw refused(key, name, content.length == 0 ? "it is empty" : "it is larger than 1 MiB");
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException gone -> "there is no such file";
            case AccessDeniedException denied -> "this process may not read it";
            default -> "it cannot be read, " + e.getClass().getSimpleName();
        };
    }

    private static IllegalArgumentException refused(String key, String name, String why) {
        return new IllegalArgumentException(key + " is \"" + name + "\": " + why);
    }
}

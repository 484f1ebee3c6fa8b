package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/** The output of PostgreSQL and its programs: one file in the data directory, in English, moved aside when long. */
record ServerLog(Path file) {
    private static final long LONG_BYTES = 16 << 20;
    private static final int READ_AT_MOST_BYTES = 64 << 10;
    private static final int LINES_IN_A_MESSAGE = 15;

    /** Renames a long log. Called only while no server writes to it. */
    void moveAsideIfLong() {
        try {
            if (sizeBytes() > LONG_BYTES) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The server log %s cannot be moved aside: %s".formatted(file, FileError.reason(e)), e);
        }
    }

    long sizeBytes() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The server log %s cannot be read: %s".formatted(file, FileError.reason(e)), e);
        }
    }

    /** The text after this size, or the last part of it. */
    String since(long sizeBytes) {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(READ_AT_MOST_BYTES);
            channel.position(Math.max(sizeBytes, channel.size() - READ_AT_MOST_BYTES));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // A read may return less than the buffer has room for.
            }
            return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
        } catch (IOException e) {
            return "(%s cannot be read: %s)".formatted(file, FileError.reason(e));
        }
    }

    /** The last lines of this text, for the end of an error message. */
    String lastLines(String text) {
        if (text.isBlank()) {
            return "Its log has nothing about it: " + file;
        }
        List<String> lines = text.lines().toList();
        return lines.subList(Math.max(0, lines.size() - LINES_IN_A_MESSAGE), lines.size()).stream()
                .collect(Collectors.joining("\n  ", "The end of " + file + ":\n  ", ""));
    }
}

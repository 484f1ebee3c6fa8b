package dev.holdfast.postgres.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The migrations with one line left out: the database that a test is to find broken. */
public final class MigrationMutant {
    static final List<String> MIGRATIONS = List.of(
            "V1__tables.sql",
            "V2__flush.sql",
            "V3__admit.sql",
            "V4__read.sql",
            "V5__retention.sql",
            "V6__list.sql",
            "V10__submit.sql");

    private MigrationMutant() {}

    /** Writes them into {@code directory}; exactly one line contains {@code marker}. Returns Flyway's location. */
    public static String without(String marker, Path directory) throws IOException {
        int left = 0;
        for (String name : MIGRATIONS) {
            String text = text(name);
            left += (int) text.lines().filter(line -> line.contains(marker)).count();
            String mutated = text.lines().filter(line -> !line.contains(marker)).collect(Collectors.joining("\n"));
            Files.writeString(directory.resolve(name), mutated);
        }
        if (left != 1) {
            throw new IllegalStateException(left + " lines contain \"" + marker + "\": expected one");
        }
        return "filesystem:" + directory;
    }

    static String text(String name) throws IOException {
        try (InputStream in = MigrationMutant.class.getResourceAsStream("migrations/" + name)) {
            if (in == null) {
                throw new IOException("no migration " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

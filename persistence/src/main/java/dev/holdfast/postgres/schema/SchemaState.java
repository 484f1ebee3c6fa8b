package dev.holdfast.postgres.schema;

import dev.holdfast.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a database, compared with the migrations of this build. Made by {@link Migrations#state}; immutable.
 *
 * @param version of the newest migration that was applied, 0 before the first
 * @param known the newest version that this build has
 * @param foreign whether some applied migrations are not those of this build
 * @param broken whether a non-transactional migration failed half way; it is run again
 * @param pending the migrations that are not applied yet, in order
 */
public record SchemaState(int version, int known, boolean foreign, boolean broken, List<Pending> pending) {
    /** A migration that is not applied yet: the name and text of its file. */
    public record Pending(String script, String sql) {}

    /** Keeps its own copy. */
    public SchemaState {
        pending = List.copyOf(pending);
    }

    static SchemaState of(Flyway flyway) {
        List<MigrationInfo> all = Arrays.stream(flyway.info().all())
                .filter(MigrationInfo::isVersioned)
                .filter(info -> info.getVersion() != null)
                .toList();
        Location[] locations = flyway.getConfiguration().getLocations();
        return new SchemaState(
                newest(all, info -> info.isApplied() && !info.getState().isFailed()),
                newest(all, info -> info.getState().isResolved()),
                all.stream().anyMatch(SchemaState::isForeign),
                all.stream().anyMatch(info -> info.getState() == MigrationState.FAILED),
                all.stream()
                        .filter(info ->
                                info.getState() == MigrationState.PENDING || info.getState() == MigrationState.FAILED)
                        .map(info -> new Pending(info.getScript(), text(locations, info.getScript())))
                        .toList());
    }

    private static int newest(List<MigrationInfo> all, Predicate<MigrationInfo> which) {
        return all.stream()
                .filter(which)
                .mapToInt(info -> info.getVersion().getMajor().intValueExact())
                .max()
                .orElse(0);
    }

    private static boolean isForeign(MigrationInfo info) {
        return switch (info.getState()) {
            case MISSING_SUCCESS, MISSING_FAILED, IGNORED -> true;
            case SUCCESS -> !info.isChecksumMatching();
            default -> false;
        };
    }

    private static String text(Location[] locations, String script) {
        for (Location location : locations) {
            try (InputStream in = location.getDescriptor().startsWith("classpath:")
                    ? SchemaState.class.getResourceAsStream("/" + location.getRootPath() + "/" + script)
                    : file(Path.of(location.getRootPath(), script))) {
                if (in != null) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no migration " + script);
    }

    private static @Nullable InputStream file(Path path) throws IOException {
        return Files.exists(path) ? Files.newInputStream(path) : null;
    }

    /** Whether a newer build has migrated this schema. */
    public boolean isNewer() {
        return version > known;
    }

    /** Whether the schema is exactly that of this build. */
    public boolean isCurrent() {
        return pending.isEmpty() && !foreign && !isNewer();
    }

    /** Throws {@link HoldfastException} for a schema that this build must not touch. */
    public void requireKnown() {
        if (isNewer()) {
            throw new HoldfastException("the schema " + Migrations.SCHEMA + " of this database is at version " + version
                    + ", and this build of Holdfast knows versions up to " + known + ": a newer build has migrated it."
                    + " Start that build or a newer one; running nodes of this build continue");
        }
        if (foreign) {
            throw new HoldfastException("the schema " + Migrations.SCHEMA
                    + " of this database was made by another build of Holdfast, whose migrations differ from those of"
                    + " this one: start that build, or use another database; with dev, another directory: --data DIR");
        }
    }

    /** The pending migrations as one text to read; empty if there are none. */
    public String script() {
        return pending.stream()
                .map(one -> "-- " + one.script() + "\n" + one.sql().stripTrailing() + "\n")
                .collect(Collectors.joining("\n"));
    }
}

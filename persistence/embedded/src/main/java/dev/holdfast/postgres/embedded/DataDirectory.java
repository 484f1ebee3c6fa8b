package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The layout of the directory that the user gave. Immutable.
 *
 * @param root absolute and free of symbolic links
 */
record DataDirectory(Path root) {
    static final String TEMPORARY_PREFIX = "holdfast-postgres-";

    /** Opens a directory; creates the missing parts of its path for this user only. */
    static DataDirectory open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        refuseShellCharacters(absolute);
        try {
            Directories.createPrivate(absolute);
            return new DataDirectory(absolute.toRealPath());
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The data directory %s can be neither opened nor created (%s): give another one with --data."
                            .formatted(absolute, FileError.reason(e)),
                    e);
        }
    }

    static DataDirectory temporary() {
        try {
            // Java creates it with mode 700.
            return open(Files.createTempDirectory(TEMPORARY_PREFIX));
        } catch (IOException e) {
            throw new EmbeddedServerException("No temporary directory can be created: " + FileError.reason(e), e);
        }
    }

    /** PostgreSQL's own directory. initdb requires it to be empty, so the other files are beside it. */
    Path cluster() {
        return root.resolve("postgres");
    }

    /**
     * The directory of a running initdb, renamed when it is complete, so that a killed first start leaves no half
     * cluster.
     */
    Path unfinishedCluster() {
        return root.resolve("postgres.unfinished");
    }

    Path lockFile() {
        return root.resolve("holdfast.lock");
    }

    Path portFile() {
        return root.resolve("postgres.port");
    }

    Path logFile() {
        return root.resolve("postgres.log");
    }

    boolean isInitialised() {
        return Files.exists(cluster().resolve("PG_VERSION"));
    }

    /** pg_ctl starts the server through a shell, with the path in double quotes. */
    private static void refuseShellCharacters(Path path) {
        if (path.toString().chars().anyMatch(c -> "\"$`\\\n".indexOf(c) >= 0)) {
            throw new EmbeddedServerException(("The data directory %s has one of \" $ ` \\ or a line break in its path:"
                            + " give another one with --data.")
                    .formatted(path));
        }
    }
}

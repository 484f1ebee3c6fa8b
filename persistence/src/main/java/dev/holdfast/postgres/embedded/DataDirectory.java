package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What lies where in the directory that the user gave; {@code root} is absolute and free of symbolic links. */
record DataDirectory(Path root) {
    static final String TEMPORARY_PREFIX = "holdfast-postgres-";

    /** Creates what is missing of the path, for our user only. */
    static DataDirectory open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        refuseWhatAShellWouldRead(absolute);
        try {
            Directories.createPrivate(absolute);
            return new DataDirectory(absolute.toRealPath());
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The data directory %s can be neither opened nor created (%s): give another one with --data."
                            .formatted(absolute, e),
                    e);
        }
    }

    static DataDirectory temporary() {
        try {
            // Java makes it with mode 700.
            return open(Files.createTempDirectory(TEMPORARY_PREFIX));
        } catch (IOException e) {
            throw new EmbeddedServerException("No temporary directory can be created: " + e, e);
        }
    }

    /** PostgreSQL's own directory; initdb wants it empty, so our files lie beside it. */
    Path cluster() {
        return root.resolve("postgres");
    }

    /** Where initdb works; renamed when it is done, so a killed first start leaves no half cluster behind. */
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
    private static void refuseWhatAShellWouldRead(Path path) {
        if (path.toString().chars().anyMatch(c -> "\"$`\\\n".indexOf(c) >= 0)) {
            throw new EmbeddedServerException(("The data directory %s has one of \" $ ` \\ or a line break in its path:"
                            + " give another one with --data.")
                    .formatted(path));
        }
    }
}

package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops and deletes temporary servers whose process was killed before it closed them. Called by the next start of a
 * temporary server. A directory counts as left behind by its name, its owner, and a complete cluster without a lock.
 * Failures are logged. Stateless.
 */
final class LeftBehind {
    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

    private LeftBehind() {}

    /** Cleans up beside a temporary directory that was just created. */
    static void cleanUpBeside(DataDirectory ours) {
        Path parent = ours.root().resolveSibling("");
        try (DirectoryStream<Path> candidates =
                Files.newDirectoryStream(parent, DataDirectory.TEMPORARY_PREFIX + "*")) {
            UserPrincipal user = Files.getOwner(ours.root());
            candidates.forEach(candidate -> cleanUp(candidate, user));
        } catch (IOException e) {
            LOG.warn("temporary PostgreSQL servers that were left behind stay in {}: {}", parent, e.toString());
        }
    }

    /** Skips directories of other users, which are not trusted, and those without a cluster, which may be starting. */
    private static void cleanUp(Path candidate, UserPrincipal user) {
        try {
            if (!Files.getOwner(candidate, LinkOption.NOFOLLOW_LINKS).equals(user)
                    || !new DataDirectory(candidate).isInitialised()) {
                return;
            }
            DataDirectory directory = DataDirectory.open(candidate);
            Optional<DirectoryLock> lock = DirectoryLock.tryAcquire(directory);
            if (lock.isPresent()) {
                remove(directory, lock.get());
            }
        } catch (IOException | EmbeddedServerException e) {
            LOG.warn("a temporary PostgreSQL server stays in {}: {}", candidate, e.toString());
        }
    }

    private static void remove(DataDirectory directory, DirectoryLock lock) throws IOException {
        try (lock) {
            LOG.info("removing a temporary PostgreSQL server that was left behind in {}", directory.root());
            new Cluster(directory).stop();
            Directories.delete(directory.root());
        }
    }
}

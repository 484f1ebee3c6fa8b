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
 * Temporary servers whose process was killed before it could close them: stopped and deleted by the next temporary
 * start. Their directories are known by their name and owner, and by a finished cluster whose lock nobody holds.
 */
final class LeftBehind {
    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

    private LeftBehind() {}

    /** Looks beside a temporary directory that was just made. */
    static void cleanUpBeside(DataDirectory ours) {
        Path parent = ours.root().resolveSibling("");
        try (DirectoryStream<Path> candidates =
                Files.newDirectoryStream(parent, DataDirectory.TEMPORARY_PREFIX + "*")) {
            UserPrincipal we = Files.getOwner(ours.root());
            candidates.forEach(candidate -> cleanUp(candidate, we));
        } catch (IOException e) {
            LOG.warn("temporary PostgreSQL servers that were left behind stay in {}: {}", parent, e.toString());
        }
    }

    /** Not one of another user, who could have put anything there; one without a cluster may be about to be locked. */
    private static void cleanUp(Path candidate, UserPrincipal we) {
        try {
            if (!Files.getOwner(candidate, LinkOption.NOFOLLOW_LINKS).equals(we)
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

package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets at most one process use a data directory. The lock is one of the operating system, so it ends with the process,
 * however that ends. The file contains the process id of the owner, for the error message in a second process. Safe for
 * all threads.
 *
 * <p>POSIX drops a process's lock when the process closes <em>any</em> descriptor of the file. A set of this process is
 * therefore checked first, so that the process never opens a file that it has locked.
 */
final class DirectoryLock implements AutoCloseable {
    /** The time that a killed owner may need to end. */
    private static final Duration OWNER_MAY_BE_DYING = Duration.ofSeconds(1);

    private static final Set<Path> HELD_BY_US = ConcurrentHashMap.newKeySet();

    /** Channels to files that this class has locked in another class loader; closing them would drop that lock. */
    private static final Set<FileChannel> NEVER_CLOSED = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Throws {@link EmbeddedServerException} with the directory and the owner if the directory is in use. */
    static DirectoryLock acquire(DataDirectory directory) {
        Deadline deadline = Deadline.in(OWNER_MAY_BE_DYING);
        while (true) {
            Optional<DirectoryLock> lock = tryAcquire(directory);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (HELD_BY_US.contains(directory.lockFile()) || deadline.passed()) {
                throw inUse(directory);
            }
            deadline.pause();
        }
    }

    static Optional<DirectoryLock> tryAcquire(DataDirectory directory) {
        Path file = directory.lockFile();
        if (!HELD_BY_US.add(file)) {
            return Optional.empty();
        }
        Optional<DirectoryLock> lock = Optional.empty();
        try {
            lock = lock(file);
            return lock;
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The lock file %s cannot be used: %s".formatted(file, FileError.reason(e)), e);
        } finally {
            if (lock.isEmpty()) {
                HELD_BY_US.remove(file);
            }
        }
    }

    private static Optional<DirectoryLock> lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
        } catch (OverlappingFileLockException e) {
            NEVER_CLOSED.add(channel);
            return Optional.empty();
        }
        sign(channel);
        return Optional.of(new DirectoryLock(file, channel));
    }

    private static void sign(FileChannel channel) throws IOException {
        try {
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    Long.toString(ProcessHandle.current().pid())));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static EmbeddedServerException inUse(DataDirectory directory) {
        return new EmbeddedServerException(("The data directory %s is in use by another holdfast (%s): stop that one,"
                        + " or give this one a directory of its own with --data.")
                .formatted(directory.root(), owner(directory.lockFile())));
    }

    private static String owner(Path file) {
        if (HELD_BY_US.contains(file)) {
            return "in this process";
        }
        try {
            return "process " + Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "process unknown";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The lock file %s cannot be released: %s".formatted(file, FileError.reason(e)), e);
        } finally {
            HELD_BY_US.remove(file);
        }
    }
}

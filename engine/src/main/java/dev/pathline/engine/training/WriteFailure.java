package dev.pathline.engine.training;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a file, in words: the messages of the JDK are often the file's name alone. */
public final class WriteFailure {

    private WriteFailure() {}

    /** Returns a phrase that fits behind a colon. */
    public static String reason(@Nullable IOException failure) {
        String reason = failure instanceof FileSystemException e ? e.getReason() : null;
        String file = failure instanceof FileSystemException e ? e.getFile() : "";
        return switch (failure) {
            case AccessDeniedException e -> "permission to write " + file + " is denied";
            case FileAlreadyExistsException e -> file + " is in the way";
            case NotDirectoryException e -> e.getFile() + " is a file, and a folder is needed";
            case NoSuchFileException e -> file + " does not exist";
            case null -> "the file system refuses";
            default -> reason == null ? String.valueOf(failure.getMessage()) : file + ": " + reason;
        };
    }
}

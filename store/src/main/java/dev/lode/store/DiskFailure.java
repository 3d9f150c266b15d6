package dev.lode.store;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/// Errors of the file system as sentences.
public final class DiskFailure {
    private DiskFailure() {}

    /// The error as one of kind RESOURCE.
    ///
    /// @param disk asked for its free space
    /// @param place the file or folder that was to be changed
    /// @param purpose what was to be done: `write it`
    /// @param needed bytes that the step still needed; 0 when nobody knows
    public static LodeException of(
            Disk disk, Path place, String purpose, long needed, IOException cause) {
        if (isFull(disk, place, needed, cause)) {
            return LodeException.resource(
                    "\"" + place + "\": " + free(disk, place) + ", " + needed(needed) + " needed to "
                            + purpose + "; nothing half-written was kept; free some space, or name"
                            + " a larger data root with --data-root",
                    cause);
        }
        return LodeException.resource(
                "\"" + place + "\": " + reason(cause) + ", while trying to " + purpose
                        + "; nothing half-written was kept; " + remedy(cause),
                cause);
    }

    /// Whether the disk is full. The operating system's text is in the user's language, so a disk
    /// without room counts too.
    static boolean isFull(Disk disk, Path place, long needed, IOException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left on device") || text.contains("disk quota exceeded")) {
            return true;
        }
        if (isOfAnotherKind(cause)) {
            return false;
        }
        try {
            return disk.space(place).free().bytes() < Math.max(needed, 1);
        } catch (IOException _) {
            return false; // the first error is the one to tell
        }
    }

    private static boolean isOfAnotherKind(IOException cause) {
        return cause instanceof AccessDeniedException
                || cause instanceof NoSuchFileException
                || cause instanceof NotDirectoryException
                || cause instanceof FileAlreadyExistsException
                || cause instanceof AtomicMoveNotSupportedException
                || cause instanceof ClosedByInterruptException;
    }

    private static String free(Disk disk, Path place) {
        try {
            return disk.space(place).free() + " free";
        } catch (IOException e) {
            return "no space left (its free space is not known: " + reason(e) + ")";
        }
    }

    private static String needed(long bytes) {
        return bytes > 0 ? ByteSize.of(bytes).toString() : "more";
    }

    /// An error of the file system in words: Java's message is often only the path.
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "not permitted for user \"" + user() + "\"";
            case NoSuchFileException _ -> "not there, or a folder above it is not";
            case NotDirectoryException _ -> "not a folder";
            case FileAlreadyExistsException _ -> "there already";
            case AtomicMoveNotSupportedException _ -> "on another file system than its temporary file";
            case ClosedByInterruptException _ -> "interrupted";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String remedy(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "change its owner or permissions, or name another place";
            case AtomicMoveNotSupportedException _ ->
                    "keep the folders of a data root on one file system, and link the whole root";
            case ClosedByInterruptException _ -> "start again to go on";
            default -> "check the disk, then start again";
        };
    }

    static String user() {
        return System.getProperty("user.name", "?");
    }
}

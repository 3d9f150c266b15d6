package dev.lode.store;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Says in a sentence what a file system refused.
public final class DiskTrouble {
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded");

    private DiskTrouble() {}

    /// Whether the disk, or the quota on it, is full.
    public static boolean isFull(IOException e) {
        String text = String.valueOf(e.getMessage());
        return FULL.stream().anyMatch(text::contains);
    }

    /// Whether an error has a full disk, or quota, among its causes.
    public static boolean isFull(LodeException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io && isFull(io)) {
                return true;
            }
        }
        return false;
    }

    /// An error of kind RESOURCE.
    ///
    /// @param doing what was going on: `writing`, `renaming`
    /// @param needed bytes that were still to be written there, when known
    public static LodeException of(Path place, String doing, OptionalLong needed, IOException e) {
        String what = "\"" + place + "\": " + doing + " it: ";
        if (isFull(e)) {
            return LodeException.resource(
                    what
                            + "the disk is full, "
                            + free(place)
                            + " free"
                            + (needed.isPresent()
                                    ? ", " + ByteSize.of(needed.getAsLong()) + " needed"
                                    : "")
                            + "; what was finished stays; make room and run the same command again",
                    e);
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return LodeException.resource(
                    what
                            + "its two places are on different file systems; nothing was moved;"
                            + " keep the folders of a data root on one file system",
                    e);
        }
        return LodeException.resource(
                what
                        + reason(e)
                        + "; what was finished stays; check the disk and the permissions of its"
                        + " folder",
                e);
    }

    public static LodeException of(Path place, String doing, IOException e) {
        return of(place, doing, OptionalLong.empty(), e);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or folder";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String free(Path place) {
        for (Path at = place.toAbsolutePath(); at != null; at = at.getParent()) {
            try {
                return ByteSize.of(Files.getFileStore(at).getUsableSpace()).toString();
            } catch (IOException _) {
                // That folder is not there: the one above it tells as well.
            }
        }
        return "an unknown amount";
    }
}

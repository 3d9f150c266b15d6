package dev.lode.store;

import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The small file that remembers the data root of this user's last run: its name, then its real
/// path, one a line, behind a comment.
record RootMemory(Disk disk, Path file) {
    private static final String COMMENT =
            "# The data root that lode used last, and where it really was. --data-root changes it.";

    /// @param named as the user or the default named it
    /// @param path without links
    record Remembered(Path named, Path path) {
        @Override
        public String toString() {
            return named.equals(path) ? path.toString() : named + " (a link to " + path + ")";
        }
    }

    Optional<Remembered> read() {
        try {
            List<String> lines =
                    Files.readAllLines(file).stream()
                            .filter(line -> !line.startsWith("#") && !line.isBlank())
                            .toList();
            if (lines.size() != 2 || !lines.stream().allMatch(line -> Path.of(line).isAbsolute())) {
                throw LodeException.usage(
                        "\"" + file + "\": expected two absolute paths, the data root's name and"
                                + " its place, found " + lines.size() + " lines; nothing was done;"
                                + " name the data root with --data-root, which writes it anew");
            }
            return Optional.of(new Remembered(Path.of(lines.getFirst()), Path.of(lines.getLast())));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw LodeException.usage(
                    "\"" + file + "\": " + DiskFailure.reason(e) + "; it says which data root was"
                            + " used last, so nothing was done; name the data root with --data-root");
        }
    }

    /// Remembers a root unless it is remembered already.
    ///
    /// @return a sentence when that was not possible: no reason not to work
    Optional<String> remember(DataRoot root) {
        String text = COMMENT + "\n" + root.named() + "\n" + root.path() + "\n";
        try {
            if (Files.exists(file) && Files.readString(file).equals(text)) {
                return Optional.empty();
            }
            AtomicFile.beside(disk).writeText(file, text);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(notRemembered(root, DiskFailure.reason(e)));
        } catch (LodeException e) {
            return Optional.of(notRemembered(root, String.valueOf(e.getMessage())));
        }
    }

    private static String notRemembered(DataRoot root, String why) {
        return "data root \"" + root + "\" is used but not remembered, so another default would not be"
                + " noticed: " + why;
    }
}

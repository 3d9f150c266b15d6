package dev.lode.engine.doctor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Which files processes have open, from `/proc/*/fd`, as far as this user may look.
///
/// @param files their real paths
/// @param unseen processes that may not be looked at; -1 where the system has no `/proc`
record OpenFiles(Set<Path> files, int unseen) {
    private static final Path PROC = Path.of("/proc");

    OpenFiles {
        files = Set.copyOf(files);
    }

    static OpenFiles ask() {
        var files = new HashSet<Path>();
        int unseen = 0;
        try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var process : processes) {
                unseen += add(process.resolve("fd"), files) ? 0 : 1;
            }
        } catch (IOException | DirectoryIteratorException e) {
            return new OpenFiles(files, -1);
        }
        return new OpenFiles(files, unseen);
    }

    private static boolean add(Path descriptors, Set<Path> files) {
        try (var links = Files.newDirectoryStream(descriptors)) {
            for (var link : links) {
                target(link, files);
            }
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's process; or it has ended, and then it has nothing open.
            return !Files.exists(descriptors);
        }
    }

    private static void target(Path link, Set<Path> files) {
        try {
            var target = Files.readSymbolicLink(link);
            if (target.isAbsolute()) {
                files.add(target);
            }
        } catch (IOException e) {
            // Closed in the meantime: not open.
            return;
        }
    }
}

package dev.lode.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What takes several steps with folders.
final class Folders {
    private Folders() {}

    /// The folder and those missing above it, each name durable when this returns.
    static void make(Disk disk, Path folder) throws IOException {
        var missing = new ArrayDeque<Path>();
        for (Path at = folder.toAbsolutePath(); at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path each : missing) {
            disk.createFolder(each);
            disk.forceFolder(parent(each));
        }
    }

    /// The folder that holds a path.
    static Path parent(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    static Path nearestExisting(Path path) {
        Path at = path.toAbsolutePath();
        while (!Files.exists(at)) {
            Path parent = at.getParent();
            if (parent == null) {
                return at;
            }
            at = parent;
        }
        return at;
    }

    /// What a folder holds, in the order of the names; nothing when the folder is absent.
    static List<Path> list(Path folder) throws IOException {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        return found;
    }

    /// What a removal took away.
    record Removed(long files, long bytes) {
        static final Removed NOTHING = new Removed(0, 0);

        Removed and(Removed other) {
            return new Removed(files + other.files, bytes + other.bytes);
        }
    }

    /// Removes a file, or a folder with all it holds. Links are removed, not followed; absent, also
    /// in the middle, is fine.
    static Removed remove(Disk disk, Path path) throws IOException {
        var removed = Removed.NOTHING;
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (folder) {
            for (Path each : list(path)) {
                removed = removed.and(remove(disk, each));
            }
        }
        long size = folder ? 0 : sizeOf(path);
        return disk.delete(path) && !folder ? removed.and(new Removed(1, size)) : removed;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.isSymbolicLink(file) ? 0 : Files.size(file);
        } catch (NoSuchFileException _) {
            return 0;
        }
    }
}

package dev.lode.embedded;

import dev.lode.core.LodeException;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Unpacks the programs of PostgreSQL once: into a folder beside their place, synced, then renamed.
/// Of several processes one does the work and the others wait for it; what a killed one left is
/// removed by the next.
final class Unpacking {
    private static final String VERSION_FILE = "VERSION";
    private static final int SYNC_THREADS = 8;

    private final URL archive;
    private final Path under;
    private final Path place;

    /// @param identity names the folder below `under`; equal archives have equal ones
    Unpacking(URL archive, String identity, Path under) {
        this.archive = archive;
        this.under = under;
        this.place = under.resolve(identity);
    }

    Installation installed() {
        try {
            if (!Files.exists(place.resolve(VERSION_FILE))) {
                unpackAlone();
            }
            return Installation.in(
                    place.resolve("bin"), Files.readString(place.resolve(VERSION_FILE)).strip());
        } catch (IOException e) {
            throw LodeException.resource(
                    "programs of PostgreSQL: cannot be unpacked into \""
                            + under
                            + "\": "
                            + Folders.reason(e)
                            + "; removed what was begun; it needs about 80 MB and a folder that"
                            + " this user may write and run programs from",
                    e);
        }
    }

    private void unpackAlone() throws IOException {
        Folders.makeOpen(under);
        // The class is the lock inside this process: a file lock only keeps out others.
        synchronized (Unpacking.class) {
            try (var channel =
                            FileChannel.open(
                                    under.resolve("unpack.lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                if (!lock.isValid() || Files.exists(place.resolve(VERSION_FILE))) {
                    return;
                }
                unpack();
            }
        }
    }

    private void unpack() throws IOException {
        Path fresh = place.resolveSibling(place.getFileName() + ".new");
        Folders.remove(fresh);
        Folders.remove(place);
        try {
            Folders.makeOpen(fresh);
            List<Path> files = extract(fresh);
            Path version = fresh.resolve(VERSION_FILE);
            Files.writeString(version, PostgresBinaries.versionOf(fresh.resolve("bin")) + "\n");
            files.add(version);
            sync(files);
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(under);
        } catch (IOException | LodeException e) {
            Folders.remove(fresh);
            throw e;
        }
    }

    private List<Path> extract(Path into) throws IOException {
        var files = new ArrayList<Path>();
        try (var in =
                new TarArchiveInputStream(
                        new XZInputStream(new BufferedInputStream(archive.openStream())))) {
            for (TarArchiveEntry entry = in.getNextEntry();
                    entry != null;
                    entry = in.getNextEntry()) {
                Path target = inside(into, into.resolve(entry.getName()));
                if (entry.isDirectory()) {
                    Folders.makeOpen(target);
                    continue;
                }
                Folders.makeOpen(parent(target));
                if (entry.isSymbolicLink()) {
                    inside(into, target.resolveSibling(entry.getLinkName()));
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(target, inside(into, into.resolve(entry.getLinkName())));
                } else {
                    Files.copy(in, target);
                    Folders.permit(
                            target, (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
                    files.add(target);
                }
            }
        }
        return files;
    }

    private static Path inside(Path folder, Path target) throws IOException {
        Path normal = target.normalize();
        if (!normal.startsWith(folder)) {
            throw new IOException("the archive names \"" + target + "\", outside its folder");
        }
        return normal;
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException("\"" + path + "\" has no folder");
        }
        return parent;
    }

    /// A power cut after the rename must not leave empty programs. Several at once, because the
    /// file system then joins them in one journal write.
    private static void sync(List<Path> files) throws IOException {
        try (var threads = Executors.newFixedThreadPool(SYNC_THREADS)) {
            var done = new ArrayList<Future<?>>();
            for (Path file : files) {
                Callable<Void> task =
                        () -> {
                            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                                channel.force(true);
                            }
                            return null;
                        };
                done.add(threads.submit(task));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw Waiting.interrupted(e);
        }
    }
}

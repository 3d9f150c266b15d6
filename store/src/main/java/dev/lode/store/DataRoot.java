package dev.lode.store;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The folder that everything Lode keeps on disk lies in. Its own folders:
///
/// | folder | holds |
/// |---|---|
/// | `incoming` | what is being fetched |
/// | `raw/<dataset>/YYYYMMDD` | snapshots as they came, each with its `download_manifest.json` |
/// | `processed`, `failed` | what was loaded, or could not be |
/// | `archive`, `reports`, `metadata`, `published` | kept files, reports, facts, publications |
/// | `tmp/<run>` | temporary files of living runs |
///
/// @param path the real path, links resolved
/// @param disk all changes below go through
public record DataRoot(Path path, Disk disk) {
    private static final List<String> FOLDERS =
            List.of(
                    "incoming",
                    "raw",
                    "processed",
                    "failed",
                    "archive",
                    "reports",
                    "metadata",
                    "published",
                    "tmp");

    /// Finds the data root, checks that it can be used, makes its folders and remembers the choice.
    ///
    /// The first of these is taken: the flag, `LODE_DATA_ROOT`, the shared folder where it exists
    /// and is writable, the user's own folder, which is made when missing. Where nobody names one
    /// and the answer is another than the last time, it is an error: a second root nobody asked for
    /// would fetch and keep everything twice.
    ///
    /// @throws LodeException of kind USAGE for a second root; RESOURCE when the folder is missing
    ///   or not writable
    public static DataRoot open(DataRootChoice choice, Disk disk) {
        Path chosen = choose(choice, disk);
        Path real = usable(chosen);
        var memory = new DataRootMemory(choice.memory(), disk);
        if (choice.named().isEmpty()) {
            refuseSecond(real, memory);
        }
        var root = new DataRoot(real, disk);
        try {
            for (String folder : FOLDERS) {
                disk.createFolders(real.resolve(folder));
            }
        } catch (IOException e) {
            throw DiskTrouble.of(real, "making the folders of a data root in", e);
        }
        if (choice.remember()) {
            memory.remember(real);
        }
        return root;
    }

    private static Path choose(DataRootChoice choice, Disk disk) {
        if (choice.named().isPresent()) {
            return choice.named().get().toAbsolutePath();
        }
        if (Files.isDirectory(choice.shared()) && Files.isWritable(choice.shared())) {
            return choice.shared();
        }
        Path own = choice.ownFolder();
        try {
            if (!Files.isDirectory(own)) {
                disk.createFolders(own);
            }
        } catch (IOException e) {
            throw DiskTrouble.of(own, "making the data root", e);
        }
        return own;
    }

    private static Path usable(Path chosen) {
        if (!Files.exists(chosen)) {
            throw LodeException.resource(
                    "data root \""
                            + chosen
                            + "\": does not exist"
                            + (Files.isSymbolicLink(chosen) ? " (a link that leads nowhere)" : "")
                            + "; nothing was done; create it with mkdir -p, mount it, or name"
                            + " another with --data-root");
        }
        Path real;
        try {
            real = chosen.toRealPath();
        } catch (IOException e) {
            throw DiskTrouble.of(chosen, "finding the data root behind", e);
        }
        if (!Files.isDirectory(real)) {
            throw LodeException.resource(
                    "data root \""
                            + chosen
                            + "\": is a file, expected a folder; nothing was done; name another"
                            + " with --data-root");
        }
        if (!Files.isWritable(real)) {
            throw LodeException.resource(
                    "data root \""
                            + real
                            + "\": not writable for user \""
                            + user()
                            + "\", it belongs to \""
                            + owner(real)
                            + "\"; nothing was done; give this user the right to write there, or"
                            + " name another with --data-root");
        }
        return real;
    }

    private static void refuseSecond(Path real, DataRootMemory memory) {
        Optional<Path> last = memory.last();
        if (last.isPresent() && !last.get().equals(real)) {
            throw LodeException.usage(
                    "data root: would be \""
                            + real
                            + "\", but the last one used is \""
                            + last.get()
                            + "\"; nothing was done; say --data-root "
                            + last.get()
                            + " to go on there, or --data-root "
                            + real
                            + " to begin a second one");
        }
    }

    /// A remark that the user should see once: files made by root in another user's folder lock
    /// that user out.
    public Optional<String> warning() {
        String owner = owner(path);
        return user().equals("root") && !owner.equals("root") && !owner.equals("unknown")
                ? Optional.of(
                        "data root \""
                                + path
                                + "\": belongs to \""
                                + owner
                                + "\", but Lode runs as root: that user cannot change what is"
                                + " written now; run Lode as \""
                                + owner
                                + "\" instead")
                : Optional.empty();
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    private static String owner(Path folder) {
        try {
            return Files.getOwner(folder).getName();
        } catch (IOException | UnsupportedOperationException _) {
            return "unknown";
        }
    }

    /// What is being fetched of a snapshot: partial files, resumable.
    public Path incoming(SnapshotId snapshot) {
        return path.resolve("incoming").resolve(snapshot.dataset()).resolve(snapshot.day());
    }

    /// A snapshot as it came from its source.
    public Path raw(SnapshotId snapshot) {
        return path.resolve("raw").resolve(snapshot.dataset()).resolve(snapshot.day());
    }

    /// What was loaded of a snapshot, with its summaries and reports.
    public Path processed(SnapshotId snapshot) {
        return path.resolve("processed").resolve(snapshot.dataset()).resolve(snapshot.day());
    }

    /// Items of a snapshot that failed as a whole.
    public Path failed(SnapshotId snapshot) {
        return path.resolve("failed").resolve(snapshot.dataset()).resolve(snapshot.day());
    }

    /// Whether a path is one of the root's own folders, or lies in one.
    public boolean owns(Path other) {
        return other.startsWith(path)
                && !other.equals(path)
                && FOLDERS.contains(path.relativize(other).getName(0).toString());
    }

    /// The folder of that name directly below the root, for what has no dataset: `reports`,
    /// `metadata`, `published`.
    public Path folder(String name) {
        if (!FOLDERS.contains(name)) {
            throw LodeException.bug("\"" + name + "\" is no folder of a data root", null);
        }
        return path.resolve(name);
    }

    /// Room on the file system that holds the root, asked now.
    public DiskSpace space() {
        try {
            var store = Files.getFileStore(path);
            return new DiskSpace(
                    ByteSize.of(store.getUsableSpace()), ByteSize.of(store.getTotalSpace()));
        } catch (IOException e) {
            throw DiskTrouble.of(path, "asking for free space of", e);
        }
    }
}

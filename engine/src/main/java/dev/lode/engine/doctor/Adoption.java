package dev.lode.engine.doctor;

import dev.lode.core.ContentHasher;
import dev.lode.core.ContentId;
import dev.lode.core.FileBytes;
import dev.lode.core.LodeException;
import dev.lode.format.Compression;
import dev.lode.format.Decoders;
import dev.lode.format.ResumePoint;
import dev.lode.store.AtomicFile;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.ManifestEntry;
import dev.lode.store.RunLock;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Takes a misplaced file into its snapshot: reads it whole, moves it, writes it down in the
/// manifest. Overwrites nothing. Stopped between the last two steps, the file lies in its folder
/// and is found there as unlisted; adopting it again ends the work.
public final class Adoption {
    private final DataRoot root;
    private final Decoders decoders;
    private final Instant now;

    /// @param now by the clock of the machine
    public Adoption(DataRoot root, Decoders decoders, Instant now) {
        this.root = root;
        this.decoders = decoders;
        this.now = now;
    }

    /// @return where it is now
    /// @throws LodeException of kind DATA when the file is not whole; RESOURCE when it cannot be
    ///   moved, or another process fetches the dataset
    public Path adopt(Stray stray) {
        var id =
                stray.snapshot()
                        .orElseThrow(
                                () -> LodeException.bug(stray.file() + " is of no snapshot", null));
        var locks = root.folder("tmp");
        try (var lock = RunLock.tryClaim(locks, "fetch." + id.dataset()).orElse(null)) {
            if (lock == null) {
                throw LodeException.resource(
                        "dataset \""
                                + id.dataset()
                                + "\": another process is fetching it; nothing was adopted; wait"
                                + " for it");
            }
            return adopt(stray, id);
        } catch (IOException e) {
            throw DiskTrouble.of(stray.file(), "adopting", e);
        }
    }

    private Path adopt(Stray stray, SnapshotId id) throws IOException {
        var snapshot = new Snapshot(root, id);
        var name = stray.file().getFileName().toString();
        var target = snapshot.file(name);
        boolean there = stray.file().equals(target);
        if (!there && Files.exists(target)) {
            throw refused(stray, "\"" + target + "\" is there already");
        }
        if (snapshot.manifest().entry(name).isPresent()) {
            throw refused(stray, "the manifest of " + id + " has a file of that name");
        }
        var bytes = FileBytes.of(stray.file());
        requireWhole(stray, bytes);
        ContentId content = ContentHasher.hash(bytes);
        boolean unchanged =
                Files.size(stray.file()) == stray.size().bytes()
                        && Files.getLastModifiedTime(stray.file())
                                .toInstant()
                                .equals(stray.modified());
        if (!unchanged) {
            throw refused(stray, "it changed while it was read");
        }
        if (!there) {
            move(stray, target);
        }
        write(
                snapshot,
                new ManifestEntry(
                        name,
                        name,
                        bytes.size(),
                        "",
                        stray.modified(),
                        content,
                        now,
                        "adopted from " + stray.file()));
        return target;
    }

    private void requireWhole(Stray stray, FileBytes bytes) throws IOException {
        var compression = Compression.ofName(stray.file().getFileName().toString());
        byte last = 0;
        var buffer = new byte[1 << 16];
        try (var decoder = decoders.open(bytes, compression, ResumePoint.START)) {
            for (int n = decoder.read(buffer, 0, buffer.length);
                    n > 0;
                    n = decoder.read(buffer, 0, buffer.length)) {
                last = buffer[n - 1];
            }
        } catch (LodeException | IOException e) {
            throw refused(stray, "it is not whole: " + e.getMessage());
        }
        if (last != '\n') {
            throw refused(stray, "it is not whole: its last line has no end");
        }
    }

    private void move(Stray stray, Path target) throws IOException {
        root.disk().createFolders(Disk.folderOf(target));
        try {
            root.disk().rename(stray.file(), target);
        } catch (AtomicMoveNotSupportedException e) {
            throw refused(
                    stray,
                    "it is on another file system than the data root (lode load --from takes it"
                            + " where it is)");
        }
        root.disk().sync(Disk.folderOf(target));
        root.disk().sync(Disk.folderOf(stray.file()));
    }

    private void write(Snapshot snapshot, ManifestEntry entry) {
        try (var temp = TempFiles.open(root, "adopt-" + snapshot.id().dataset())) {
            snapshot.write(
                    snapshot.manifest().with(List.of(entry)), new AtomicFile(root.disk(), temp));
        }
    }

    private static LodeException refused(Stray stray, String why) {
        return LodeException.data("\"" + stray.file() + "\": not adopted: " + why);
    }
}

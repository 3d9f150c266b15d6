package dev.lode.engine.load;

import dev.lode.core.ContentHasher;
import dev.lode.core.ContentId;
import dev.lode.core.FileBytes;
import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.plan.Chosen;
import dev.lode.engine.plan.Listed;
import dev.lode.engine.plan.SnapshotChooser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Snapshots in a folder of downloaded files, whoever fetched them.
public final class FolderSnapshots {
    /// Files of one folder that are looked at.
    private static final int MOST_FILES = 100_000;

    private final Pack pack;

    public FolderSnapshots(Pack pack) {
        this.pack = pack;
    }

    /// Finds the newest complete snapshot of a folder, without reading its files.
    ///
    /// @throws LodeException of kind USAGE when the folder cannot be read; of kind DATA when no
    ///   date is complete
    public Chosen choose(Path folder, Collection<TableSpec> wanted, Optional<LocalDate> date) {
        return new SnapshotChooser(pack).choose(list(folder), wanted, date, folder.toString());
    }

    /// The files of a folder.
    public static List<Listed> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw LodeException.usage(
                    folder + ": is not a folder; --from wants a folder of downloaded files");
        }
        var listed = new ArrayList<Listed>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                if (Files.isRegularFile(file)) {
                    listed.add(new Listed(file.getFileName().toString(), Files.size(file)));
                }
                if (listed.size() > MOST_FILES) {
                    throw LodeException.usage(
                            folder
                                    + ": holds more than "
                                    + MOST_FILES
                                    + " files; --from wants a folder of downloaded files");
                }
            }
        } catch (IOException e) {
            throw LodeException.usage(folder + ": cannot be read (" + e.getMessage() + ")");
        }
        return listed;
    }

    /// Reads every chosen file once, for its content id.
    ///
    /// @param known content ids of files that were hashed before; empty where that is not known
    public static LocalSnapshot read(Path folder, Chosen chosen, KnownContents known) {
        var items = new ArrayList<LocalItem>();
        for (var part : chosen.parts()) {
            var path = folder.resolve(part.file().name());
            try {
                var bytes = FileBytes.of(path);
                var content = known.of(path, bytes);
                items.add(
                        new LocalItem(
                                part.table(),
                                part.file().name(),
                                bytes,
                                content.isPresent() ? content.get() : ContentHasher.hash(bytes)));
            } catch (IOException e) {
                throw unreadable(path, e);
            }
        }
        return new LocalSnapshot(chosen.date(), items);
    }

    /// The chosen files, known by their times, without reading them; one that changed a moment ago
    /// is read for its content id.
    ///
    /// @param now before this call
    public static LocalSnapshot look(Path folder, Chosen chosen, Instant now) {
        var items = new ArrayList<LocalItem>();
        for (var part : chosen.parts()) {
            var path = folder.resolve(part.file().name());
            try {
                var version = LocalVersion.of(path, now);
                var bytes = FileBytes.of(path);
                items.add(
                        new LocalItem(
                                part.table(),
                                part.file().name(),
                                bytes,
                                version.isPresent()
                                        ? Optional.empty()
                                        : Optional.of(ContentHasher.hash(bytes)),
                                version));
            } catch (IOException e) {
                throw unreadable(path, e);
            }
        }
        return new LocalSnapshot(chosen.date(), items);
    }

    private static LodeException unreadable(Path path, IOException e) {
        return LodeException.resource(
                path + ": cannot be read (" + e.getMessage() + "); nothing was loaded", e);
    }

    /// Content ids that are known without reading.
    @FunctionalInterface
    public interface KnownContents {
        KnownContents NONE = (_, _) -> Optional.empty();

        Optional<ContentId> of(Path path, FileBytes bytes) throws IOException;
    }
}

package dev.lode.store;

import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The snapshots that a data root holds. Only reads.
public record Snapshots(DataRoot root) {
    /// Their dates, newest first. Folders that are not named `YYYYMMDD` are none.
    public List<LocalDate> dates(String dataset) {
        Path folder = root.raw(dataset);
        try {
            return Folders.list(folder).stream()
                    .filter(Files::isDirectory)
                    .flatMap(path -> date(path.getFileName().toString()).stream())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static Optional<LocalDate> date(String name) {
        try {
            return name.length() == 8
                    ? Optional.of(LocalDate.parse(name, DataRoot.DATE))
                    : Optional.empty();
        } catch (DateTimeException _) {
            return Optional.empty(); // some other folder
        }
    }

    /// The files of a snapshot that are whole, ordered by name: the manifest knows them, and they
    /// have its size. Nothing when there is no such snapshot.
    ///
    /// @throws LodeException of kind DATA when the manifest cannot be read
    public List<StoredFile> whole(String dataset, LocalDate date) {
        return DownloadManifest.read(root, dataset, date).stream()
                .flatMap(manifest -> manifest.files().stream())
                .flatMap(entry -> whole(dataset, date, entry))
                .toList();
    }

    private Stream<StoredFile> whole(String dataset, LocalDate date, ManifestEntry entry) {
        Path path = root.file(dataset, date, entry.name());
        try {
            boolean whole = Files.isRegularFile(path) && Files.size(path) == entry.size();
            return whole ? Stream.of(new StoredFile(path, entry)) : Stream.empty();
        } catch (NoSuchFileException _) {
            return Stream.empty();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static LodeException unreadable(Path path, IOException e) {
        return LodeException.resource(
                "\"" + path + "\": not readable: " + DiskFailure.reason(e)
                        + "; nothing was changed; check its permissions and its disk",
                e);
    }
}

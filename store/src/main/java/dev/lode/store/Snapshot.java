package dev.lode.store;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The folder of a snapshot, `raw/<dataset>/YYYYMMDD`, whether it is there yet or not.
public record Snapshot(DataRoot root, SnapshotId id) {
    private static final Set<String> RESERVED =
            Set.of(DownloadManifest.FILE, "load_summary.json", "validation_report.json");

    private static final Object CHANGES = new Object();

    public Path folder() {
        return root.raw(id);
    }

    /// Where the file of an item is, or will be.
    ///
    /// @param name parts with `/` between them
    /// @throws LodeException of kind DATA when the name leads elsewhere, or belongs to Lode
    public Path file(String name) {
        return folder().resolve(checked(name));
    }

    /// The same name, when a file below a folder can have it: sources name items as they like.
    public static String checked(String name) {
        if (RESERVED.contains(name)) {
            throw refused(name, "Lode keeps its own file of that name there");
        }
        if (name.chars().anyMatch(c -> c < ' ' || c == 127 || c == '\\')) {
            throw refused(
                    name.replaceAll("\\p{Cntrl}", "?"),
                    "it holds a control character or a backslash");
        }
        for (String part : List.of(name.split("/", -1))) {
            if (part.isEmpty() || part.startsWith(".")) {
                throw refused(name, "a part of it is empty or begins with a dot");
            }
        }
        return name;
    }

    private static LodeException refused(String name, String why) {
        return LodeException.data(
                "item \""
                        + name
                        + "\": cannot be a file of a snapshot: "
                        + why
                        + "; it was not fetched; leave it out");
    }

    /// What the snapshot holds; empty when nothing was fetched yet.
    ///
    /// @throws LodeException of kind DATA when the manifest is damaged or of another snapshot
    public DownloadManifest manifest() {
        Path file = folder().resolve(DownloadManifest.FILE);
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException _) {
            return DownloadManifest.empty(id);
        } catch (IOException e) {
            throw DiskTrouble.of(file, "reading", e);
        }
        var manifest = DownloadManifest.parse(file.toString(), text);
        if (!manifest.snapshot().equals(id)) {
            throw LodeException.data(
                    "\""
                            + file
                            + "\": is of snapshot \""
                            + manifest.snapshot()
                            + "\", expected \""
                            + id
                            + "\"; nothing was changed; move it back to where it belongs");
        }
        return manifest;
    }

    /// Changes the manifest as it is now. Changes within this process wait for each other.
    ///
    /// @return the manifest after it
    public DownloadManifest update(UnaryOperator<DownloadManifest> change, AtomicFile files) {
        synchronized (CHANGES) {
            var before = manifest();
            var after = change.apply(before);
            if (!after.equals(before)) {
                write(after, files);
            }
            return after;
        }
    }

    /// Replaces the manifest.
    public void write(DownloadManifest manifest, AtomicFile files) {
        files.write(folder().resolve(DownloadManifest.FILE), manifest.json());
    }
}

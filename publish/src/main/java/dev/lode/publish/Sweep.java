package dev.lode.publish;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.store.Disk;
import dev.lode.store.TempFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Removes generations that need not be kept, and then files that no generation names any more: of
/// removed ones, and of builds that died. A manifest goes before what it names.
final class Sweep {
    private final PublicationFolder folder;
    private final Disk disk;
    private final TempFiles temp;
    private final Retention retention;
    private final RunListener listener;

    Sweep(
            PublicationFolder folder,
            Disk disk,
            TempFiles temp,
            Retention retention,
            RunListener listener) {
        this.folder = folder;
        this.disk = disk;
        this.temp = temp;
        this.retention = retention;
        this.listener = listener;
    }

    void run(Manifest latest, Instant now) throws IOException {
        List<Manifest> kept;
        try {
            kept = keptGenerations(latest, now);
        } catch (LodeException | IOException e) {
            listener.on(
                    new RunEvent.Note(
                            true,
                            e.getMessage()
                                    + "; older generations are kept until it can be read or is"
                                    + " gone"));
            return;
        }
        var names = new HashSet<String>();
        for (Manifest manifest : kept) {
            for (PublishedFile file : manifest.files()) {
                names.add(file.path());
                names.add("segments/" + file.path().substring("files/".length()) + ".segments");
            }
            manifest.feeds().forEach(feed -> names.add(feed.path()));
        }
        sweep(folder.files(), names);
        sweep(folder.segments(), names);
        sweep(folder.changes(), names);
    }

    private List<Manifest> keptGenerations(Manifest latest, Instant now) throws IOException {
        var manifests = new ArrayList<Manifest>();
        for (long number : folder.numbers()) {
            manifests.add(number == latest.generation() ? latest : folder.manifest(number));
        }
        var kept = new ArrayList<Manifest>();
        for (int i = 0; i < manifests.size(); i++) {
            boolean isAmongNewest = i >= manifests.size() - retention.generations();
            if (isAmongNewest || !isPast(manifests.get(i + 1).created(), now)) {
                kept.add(manifests.get(i));
            } else {
                disk.rename(
                        folder.resolve(Pointer.folderOf(manifests.get(i).generation())),
                        temp.next());
            }
        }
        if (kept.size() < manifests.size()) {
            disk.sync(folder.generations());
        }
        return kept;
    }

    private boolean isPast(Instant superseded, Instant now) {
        return Duration.between(superseded, now).compareTo(retention.grace()) > 0;
    }

    private void sweep(Path files, Set<String> names) throws IOException {
        try (Stream<Path> paths = Files.list(files)) {
            for (Path path : paths.toList()) {
                if (!names.contains(files.getFileName() + "/" + path.getFileName())) {
                    disk.delete(path);
                }
            }
        }
    }
}

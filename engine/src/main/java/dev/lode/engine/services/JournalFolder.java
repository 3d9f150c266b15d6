package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.store.AtomicFile;
import dev.lode.store.DataRoot;
import dev.lode.store.DiskTrouble;
import dev.lode.store.RunLock;
import dev.lode.store.TempFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The journals of a data root, in `metadata/services/<dataset>/<token>.json`, each whole or
/// absent. An owner that lives holds the [RunLock] of its token, so that the journals of the dead
/// are known by their locks being free.
///
/// A journal belongs to whoever's file is there: who takes a dataset over writes a journal of its
/// own that holds the old one's services too, and removes the old one. A run that was frozen and
/// wakes up finds its own gone and keeps its hands off.
public final class JournalFolder {
    private static final String ENDING = ".json";

    private final DataRoot root;

    public JournalFolder(DataRoot root) {
        this.root = root;
    }

    /// The datasets that have a journal.
    public List<String> datasets() {
        return names(folder()).stream()
                .filter(name -> Files.isDirectory(folder().resolve(name)))
                .filter(name -> !of(name).isEmpty())
                .toList();
    }

    /// All journals of a dataset, oldest token first.
    ///
    /// @throws LodeException of kind DATA when one is damaged
    public List<ServiceJournal> of(String dataset) {
        var folder = folder().resolve(dataset);
        var journals = new ArrayList<ServiceJournal>();
        for (var name : names(folder)) {
            if (name.endsWith(ENDING)) {
                read(folder.resolve(name)).ifPresent(journals::add);
            }
        }
        return journals;
    }

    /// Those that a run left behind: its process is gone, and it ran on this machine.
    public List<ServiceJournal> leftBehind(String dataset, ThisMachine machine) {
        return of(dataset).stream()
                .filter(journal -> !journal.byHand())
                .filter(journal -> journal.machine().is(machine))
                .filter(journal -> !alive(journal))
                .toList();
    }

    /// Those that a run takes over which holds the lease of the dataset: of dead runs, and of a
    /// frozen one that lost the lease to it.
    List<ServiceJournal> takenOver(String dataset, String database, ThisMachine machine) {
        return of(dataset).stream()
                .filter(journal -> !journal.byHand())
                .filter(journal -> journal.machine().is(machine))
                .filter(journal -> journal.database().equals(database) || !alive(journal))
                .toList();
    }

    /// Whether the process that wrote it still runs, on this machine.
    public boolean alive(ServiceJournal journal) {
        if (journal.byHand()) {
            return false;
        }
        try (var free = claim(journal.dataset(), journal.token()).orElse(null)) {
            return free == null;
        } catch (IOException e) {
            throw DiskTrouble.of(file(journal), "looking for the owner of", e);
        }
    }

    /// Claims a token for this process; empty when a living one has it.
    Optional<RunLock> claim(String dataset, String token) {
        var folder = folder().resolve(dataset);
        try {
            root.disk().createFolders(folder);
            return RunLock.tryClaim(folder, token);
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "claiming a journal in", e);
        }
    }

    boolean present(ServiceJournal journal) {
        return Files.exists(file(journal));
    }

    /// Writes a journal, over an older one of its token.
    void write(ServiceJournal journal) {
        try (var temp = TempFiles.open(root, "services-" + journal.token())) {
            new AtomicFile(root.disk(), temp).write(file(journal), journal.json());
        }
    }

    void remove(ServiceJournal journal) {
        var file = file(journal);
        try {
            root.disk().delete(file);
            root.disk().sync(folder().resolve(journal.dataset()));
        } catch (IOException e) {
            throw DiskTrouble.of(file, "removing", e);
        }
    }

    /// Where a journal is, for messages.
    public Path file(ServiceJournal journal) {
        return folder().resolve(journal.dataset()).resolve(journal.token() + ENDING);
    }

    private Path folder() {
        return root.folder("metadata").resolve("services");
    }

    private static Optional<ServiceJournal> read(Path file) {
        try {
            return Optional.of(ServiceJournal.parse(file.toString(), Files.readString(file)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw DiskTrouble.of(file, "reading", e);
        }
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "reading", e);
        }
    }
}

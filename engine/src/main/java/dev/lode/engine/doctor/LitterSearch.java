package dev.lode.engine.doctor;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.engine.plan.NamePattern;
import dev.lode.store.DataRoot;
import dev.lode.store.DiskTrouble;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds what older scripts left in a data root, and in further folders: temporary files of Python,
/// and items of snapshots outside of their snapshot's folder. Follows no links, and looks three
/// levels deep.
public final class LitterSearch {
    private static final Pattern TEMPORARY = Pattern.compile("tmp[a-z0-9_]{8}");
    private static final int LEVELS = 3;
    private static final int MOST_FILES = 200_000;

    private final DataRoot root;
    private final List<Pack> packs;
    private final Set<Path> own;
    private final Instant now;
    private final Duration age;

    /// @param packs whose items are looked for
    /// @param own folders that are Lode's, beside those of the data root
    /// @param now by the clock of the machine
    /// @param age how long a file must have been let alone to count as litter
    public LitterSearch(
            DataRoot root, Collection<Pack> packs, Set<Path> own, Instant now, Duration age) {
        this.root = root;
        this.packs = List.copyOf(packs);
        this.own = Set.copyOf(own);
        this.now = now;
        this.age = age;
    }

    /// @param further folders beside the data root
    /// @return ordered by path
    /// @throws LodeException of kind USAGE for a folder that is none, and for one with too many
    ///   files
    public List<Stray> search(Collection<Path> further) {
        var open = OpenFiles.ask();
        var found = new ArrayList<Stray>();
        walk(root.path(), open, found);
        for (var folder : further) {
            if (!Files.isDirectory(folder)) {
                throw LodeException.usage(
                        "--look: \"" + folder + "\" is no folder; nothing was looked at");
            }
            walk(real(folder), open, found);
        }
        for (var pack : packs) {
            unlisted(pack, open, found);
        }
        return found.stream().distinct().sorted(Comparator.comparing(Stray::file)).toList();
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "looking into", e);
        }
    }

    private void walk(Path top, OpenFiles open, List<Stray> found) {
        try {
            Files.walkFileTree(
                    top,
                    EnumSet.noneOf(java.nio.file.FileVisitOption.class),
                    LEVELS,
                    new Visitor(top, open, found));
        } catch (IOException e) {
            throw DiskTrouble.of(top, "looking through", e);
        }
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path top;
        private final OpenFiles open;
        private final List<Stray> found;
        private int seen;

        Visitor(Path top, OpenFiles open, List<Stray> found) {
            this.top = top;
            this.open = open;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean hidden =
                    !folder.equals(top) && String.valueOf(folder.getFileName()).startsWith(".");
            return hidden || root.owns(folder) || own.contains(folder)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (++seen > MOST_FILES) {
                throw LodeException.usage(
                        "\""
                                + top
                                + "\": holds more than "
                                + MOST_FILES
                                + " files; nothing was done; look at its subfolders one by one with"
                                + " --look");
            }
            if (attributes.isRegularFile()) {
                stray(file, attributes, open).ifPresent(found::add);
            }
            return FileVisitResult.CONTINUE;
        }

        /// What may not be looked at is passed over: it is somebody else's.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }

    private Optional<Stray> stray(Path file, BasicFileAttributes attributes, OpenFiles open) {
        String name = file.getFileName().toString();
        if (TEMPORARY.matcher(name).matches()) {
            return Optional.of(
                    stray(file, attributes, Stray.Kind.TEMPORARY, Optional.empty(), open, ""));
        }
        var snapshots =
                packs.stream().map(pack -> snapshot(pack, name)).flatMap(Optional::stream).toList();
        if (snapshots.isEmpty()) {
            return Optional.empty();
        }
        String hold = "";
        if (snapshots.size() > 1) {
            hold = "it may belong to " + snapshots + ": name the dataset";
        } else if (Files.exists(new Snapshot(root, snapshots.getFirst()).folder().resolve(name))) {
            hold = "the snapshot has a file of that name already";
        }
        return Optional.of(
                stray(
                        file,
                        attributes,
                        Stray.Kind.MISPLACED,
                        Optional.of(snapshots.getFirst()),
                        open,
                        hold));
    }

    private Stray stray(
            Path file,
            BasicFileAttributes attributes,
            Stray.Kind kind,
            Optional<SnapshotId> snapshot,
            OpenFiles open,
            String known) {
        var modified = attributes.lastModifiedTime().toInstant();
        String hold = known;
        if (hold.isEmpty() && open.files().contains(file)) {
            hold = "a process has it open";
        } else if (hold.isEmpty() && modified.plus(age).isAfter(now)) {
            hold = "it was written less than " + age.toHours() + " h ago";
        }
        return new Stray(
                file,
                kind,
                ByteSize.of(attributes.size()),
                modified,
                snapshot,
                Optional.of(hold).filter(text -> !text.isEmpty()));
    }

    private static Optional<SnapshotId> snapshot(Pack pack, String name) {
        return new NamePattern(pack.snapshot())
                .read(name)
                .filter(
                        named ->
                                pack.tables().stream()
                                        .anyMatch(table -> table.item().equals(named.item())))
                .map(named -> new SnapshotId(pack.dataset(), named.date()));
    }

    /// Files that were put into the folder of their snapshot, by hand or by an adoption that was
    /// stopped in the middle.
    private void unlisted(Pack pack, OpenFiles open, List<Stray> found) {
        var raw = root.path().resolve("raw").resolve(pack.dataset());
        if (!Files.isDirectory(raw)) {
            return;
        }
        try (var files = Files.walk(raw, 2)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var snapshot = snapshot(pack, file.getFileName().toString());
                boolean here =
                        snapshot.isPresent()
                                && root.raw(snapshot.get()).equals(file.getParent())
                                && new Snapshot(root, snapshot.get())
                                        .manifest()
                                        .entry(file.getFileName().toString())
                                        .isEmpty();
                if (here) {
                    found.add(
                            stray(
                                    file,
                                    Files.readAttributes(file, BasicFileAttributes.class),
                                    Stray.Kind.UNLISTED,
                                    snapshot,
                                    open,
                                    ""));
                }
            }
        } catch (IOException e) {
            throw DiskTrouble.of(raw, "looking through", e);
        }
    }
}

package dev.lode.store;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Chooses the data root: the one that somebody named, else the one of the machine where it exists
/// and may be written to, else the user's own. What was chosen is remembered, so that Lode never
/// begins a second root silently: a default that leads elsewhere than last time is an error.
public final class DataRoots {
    /// With less than this a disk counts as full.
    private static final ByteSize LEAST_FREE = ByteSize.mebibytes(1);

    private final Disk disk;
    private final UserPlaces places;
    private final RootMemory memory;

    public DataRoots(Disk disk, UserPlaces places) {
        this.disk = disk;
        this.places = places;
        this.memory = new RootMemory(disk, places.memory());
    }

    /// The data root for work that writes: made where it is absent and may be made, checked to be
    /// writable and not full, and remembered.
    ///
    /// @throws LodeException of kind USAGE when the place is not fit to be a data root or is another
    ///     than last time, RESOURCE when its disk is full or fails
    public DataRoot open(Optional<NamedRoot> named) {
        var root = choose(named);
        if (!Files.isDirectory(root.path())) {
            make(root);
        }
        if (!disk.writable(root.path())) {
            throw wrong(root, notWritable(root.path()));
        }
        root.requireSpace(LEAST_FREE, "begin");
        return memory.remember(root).map(root::noting).orElse(root);
    }

    private void make(DataRoot root) {
        Path place = Folders.nearestExisting(root.path());
        if (!Files.isDirectory(place)) {
            throw wrong(root, "\"" + place + "\" is a file, expected a folder");
        }
        if (!disk.writable(place)) {
            throw wrong(root, "not there, and \"" + place + "\" is " + notWritable(place));
        }
        try {
            Folders.make(disk, root.path());
        } catch (IOException e) {
            throw DiskFailure.of(disk, root.path(), "make the data root", 0, e);
        }
    }

    /// The data root for work that only looks: nothing is made, checked for writing or remembered,
    /// and it may be absent.
    ///
    /// @throws LodeException of kind USAGE when the place is not a folder or is another than last
    ///     time
    public DataRoot choose(Optional<NamedRoot> named) {
        return named.map(this::explicit).orElseGet(this::byDefault);
    }

    private DataRoot explicit(NamedRoot named) {
        var root = located(named.path(), named.origin());
        Path path = root.named();
        if (!Files.exists(path) && !Files.isDirectory(Folders.parent(path))) {
            throw wrong(
                    root,
                    "not there, and the folder above it is not there either; make that first, if"
                            + " this is the place you mean");
        }
        return root;
    }

    private DataRoot byDefault() {
        Path shared = places.shared();
        boolean fit = Files.isDirectory(shared) && disk.writable(shared);
        var root = located(fit ? shared : places.ownRoot(), "default");
        memory.read()
                .filter(last -> !last.path().equals(root.path()))
                .ifPresent(
                        last -> {
                            throw second(root, last);
                        });
        return root;
    }

    private static LodeException second(DataRoot root, RootMemory.Remembered last) {
        String gone = Files.isDirectory(last.path()) ? "" : ", which is not there now";
        return LodeException.usage(
                "data root: \"" + root + "\" by default, but last time it was \"" + last + "\"" + gone
                        + "; nothing was done; name one: --data-root " + last.named()
                        + " goes on with the old one, --data-root " + root.named()
                        + " begins a second one, and Lode remembers it");
    }

    /// The path as it was named and as it is. What is not there is located below what is.
    private DataRoot located(Path given, String origin) {
        Path named = given.toAbsolutePath().normalize();
        if (named.toString().chars().anyMatch(Character::isISOControl)) {
            throw LodeException.usage(
                    "data root from " + origin
                            + ": a control character in the path; nothing was done; name another");
        }
        var unresolved = new DataRoot(disk, named, named, origin, List.of());
        if (!Files.exists(named) && Files.exists(named, LinkOption.NOFOLLOW_LINKS)) {
            throw wrong(unresolved, "a link to a place that is not there");
        }
        if (Files.exists(named) && !Files.isDirectory(named)) {
            throw wrong(unresolved, "a file, expected a folder");
        }
        Path existing = Folders.nearestExisting(named);
        try {
            Path real = existing.toRealPath().resolve(existing.relativize(named)).normalize();
            return new DataRoot(disk, named, real, origin, List.of());
        } catch (IOException e) {
            throw wrong(unresolved, DiskFailure.reason(e));
        }
    }

    private String notWritable(Path folder) {
        String user = DiskFailure.user();
        try {
            if (Files.getFileStore(folder).isReadOnly()) {
                return "on a file system that is mounted read-only";
            }
            String owner = Files.getOwner(folder).getName();
            return owner.equals(user)
                    ? "not writable by its owner \"" + user + "\": its permissions forbid it"
                    : "owned by \"" + owner + "\" and not writable by \"" + user + "\"";
        } catch (IOException e) {
            return "not writable by \"" + user + "\" (" + DiskFailure.reason(e) + ")";
        }
    }

    private static LodeException wrong(DataRoot root, String what) {
        return LodeException.usage(
                "data root \"" + root + "\" (" + root.origin() + "): " + what
                        + "; nothing was done; make it a folder that \"" + DiskFailure.user()
                        + "\" may write to, or name another with --data-root");
    }
}

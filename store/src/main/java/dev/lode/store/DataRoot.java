package dev.lode.store;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// The folder that holds all of Lode's files. [DataRoots] chooses it. The layout methods only name
/// folders; they are made by the first write into them. Immutable.
public final class DataRoot {
    static final DateTimeFormatter DATE = DateTimeFormatter.BASIC_ISO_DATE;

    private final Disk disk;
    private final Path named;
    private final Path path;
    private final String origin;
    private final List<String> notes;

    DataRoot(Disk disk, Path named, Path path, String origin, List<String> notes) {
        this.disk = disk;
        this.named = named;
        this.path = path;
        this.origin = origin;
        this.notes = List.copyOf(notes);
    }

    /// Where it really is, without symbolic links.
    public Path path() {
        return path;
    }

    /// Where it was said to be: the way that goes through the user's symbolic links.
    public Path named() {
        return named;
    }

    /// Who named it: `--data-root`, `default`.
    public String origin() {
        return origin;
    }

    /// What the user should know about the choice, as sentences; usually none.
    public List<String> notes() {
        return notes;
    }

    /// What all writing into it goes through.
    public Disk disk() {
        return disk;
    }

    /// One of its folders.
    public Path at(Area area) {
        return path.resolve(area.folder());
    }

    /// The folder of all snapshots of a dataset.
    ///
    /// @throws LodeException of kind USAGE when `dataset` is not a dataset's name
    public Path raw(String dataset) {
        return at(Area.RAW).resolve(Names.requireDataset(dataset));
    }

    /// The folder of one snapshot.
    public Path raw(String dataset, LocalDate date) {
        return raw(dataset).resolve(DATE.format(date));
    }

    public Path processed(String dataset, LocalDate date) {
        return dated(Area.PROCESSED, dataset, date);
    }

    public Path incoming(String dataset, LocalDate date) {
        return dated(Area.INCOMING, dataset, date);
    }

    private Path dated(Area area, String dataset, LocalDate date) {
        return at(area).resolve(Names.requireDataset(dataset)).resolve(DATE.format(date));
    }

    public Path incoming() {
        return at(Area.INCOMING);
    }

    public Path failed() {
        return at(Area.FAILED);
    }

    public Path archive() {
        return at(Area.ARCHIVE);
    }

    public Path reports() {
        return at(Area.REPORTS);
    }

    public Path metadata() {
        return at(Area.METADATA);
    }

    public Path published() {
        return at(Area.PUBLISHED);
    }

    public Path tmp() {
        return at(Area.TMP);
    }

    public Path postgres() {
        return at(Area.POSTGRES);
    }

    /// Where a file of a snapshot lies.
    ///
    /// @param name as its source calls it, with `/` between its parts
    /// @throws LodeException of kind DATA when the name would lead out of the snapshot's folder, is
    ///     no name of a file, or is the manifest's
    public Path file(String dataset, LocalDate date, String name) {
        return Names.below(raw(dataset, date), name);
    }

    /// Room on its disk, now.
    public DiskSpace space() {
        try {
            return disk.space(path);
        } catch (IOException e) {
            throw DiskFailure.of(disk, path, "look for free space", 0, e);
        }
    }

    /// Refuses work that would not fit.
    ///
    /// @param needed to be free now
    /// @param purpose what for, as in `store courts.csv.bz2`
    /// @throws LodeException of kind RESOURCE when less is free
    public void requireSpace(ByteSize needed, String purpose) {
        var free = space().free();
        if (free.compareTo(needed) < 0) {
            throw LodeException.resource(
                    "\"" + path + "\": " + free + " free, " + needed + " needed to " + purpose
                            + "; nothing was written; free some space, or name a larger data root"
                            + " with --data-root");
        }
    }

    DataRoot noting(String note) {
        return new DataRoot(disk, named, path, origin, List.of(note));
    }

    /// Both its names where they differ: `/data (a link to /mnt/big)`.
    @Override
    public String toString() {
        return named.equals(path) ? path.toString() : named + " (a link to " + path + ")";
    }
}

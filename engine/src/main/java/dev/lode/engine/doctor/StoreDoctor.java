package dev.lode.engine.doctor;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.engine.services.JournalFolder;
import dev.lode.engine.services.ServiceJournal;
import dev.lode.engine.services.ThisMachine;
import dev.lode.store.DataRoot;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Looks at a data root: room, litter of older scripts, what Lode itself left unfinished there.
/// Reads only.
public final class StoreDoctor {
    private static final ByteSize LITTLE = ByteSize.parse("20GiB");
    private static final ByteSize NOTHING = ByteSize.parse("256MiB");
    private static final int SHOWN = 5;

    private final DataRoot root;

    public StoreDoctor(DataRoot root) {
        this.root = root;
    }

    /// @param strays what a [LitterSearch] found
    public List<Diagnosis> diagnoses(Collection<Stray> strays) {
        var found = new ArrayList<Diagnosis>();
        room(found);
        root.warning()
                .ifPresent(
                        warning ->
                                found.add(
                                        Diagnosis.worth(
                                                "data root",
                                                warning,
                                                "chown the folder to one user and run as that user",
                                                "nobody is locked out")));
        litter(strays, found);
        partial(found);
        services(found);
        return found;
    }

    private void room(List<Diagnosis> found) {
        var space = root.space();
        String what = "\"" + root.path() + "\": " + space.free() + " of " + space.total() + " free";
        boolean little =
                space.free().compareTo(LITTLE) < 0
                        && space.free().bytes() < space.total().bytes() / 20;
        if (space.free().compareTo(NOTHING) < 0) {
            found.add(
                    Diagnosis.broken(
                            "disk", what, "make room, or move the data root", "a load can run"));
        } else if (little) {
            found.add(
                    Diagnosis.worth(
                            "disk",
                            what,
                            "make room",
                            "whole snapshots can be kept; with little room items are taken one by"
                                    + " one"));
        } else {
            found.add(Diagnosis.well("disk", what));
        }
    }

    private static void litter(Collection<Stray> strays, List<Diagnosis> found) {
        add(
                found,
                strays.stream().filter(stray -> stray.kind() == Stray.Kind.TEMPORARY).toList(),
                "temporary files of a script that died",
                "lode doctor --remove");
        add(
                found,
                strays.stream().filter(stray -> stray.kind() != Stray.Kind.TEMPORARY).toList(),
                "files of snapshots that no manifest knows",
                "lode doctor --adopt");
    }

    private static void add(List<Diagnosis> found, List<Stray> strays, String what, String remedy) {
        var free = strays.stream().filter(Stray::free).toList();
        if (!free.isEmpty()) {
            boolean removal = remedy.endsWith("remove");
            found.add(
                    Diagnosis.worth(
                            "litter",
                            sum(free, what),
                            remedy,
                            removal
                                    ? size(free) + " of disk"
                                    : size(free) + " that need not be fetched again"));
        }
        for (var held : strays) {
            held.hold()
                    .ifPresent(
                            why ->
                                    found.add(
                                            Diagnosis.note(
                                                    "litter",
                                                    "\""
                                                            + held.file()
                                                            + "\" ("
                                                            + held.size()
                                                            + "): "
                                                            + why,
                                                    "",
                                                    "")));
        }
    }

    private static String sum(List<Stray> strays, String what) {
        var names = new ArrayList<String>();
        strays.stream()
                .sorted((a, b) -> b.size().compareTo(a.size()))
                .limit(SHOWN)
                .forEach(stray -> names.add(stray.file() + " (" + stray.size() + ")"));
        return strays.size()
                + " "
                + what
                + ", "
                + size(strays)
                + ": "
                + String.join(", ", names)
                + (strays.size() > SHOWN ? " and " + (strays.size() - SHOWN) + " more" : "");
    }

    private static ByteSize size(List<Stray> strays) {
        return ByteSize.of(strays.stream().mapToLong(stray -> stray.size().bytes()).sum());
    }

    /// Partial files: of a fetch under way, or of one that stopped.
    private void partial(List<Diagnosis> found) {
        Path incoming = root.folder("incoming");
        long bytes = 0;
        long files = 0;
        try (var all = Files.walk(incoming)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
                files++;
            }
        } catch (IOException e) {
            throw DiskTrouble.of(incoming, "looking through", e);
        }
        if (files > 0) {
            found.add(
                    Diagnosis.note(
                            "data root",
                            "\""
                                    + incoming
                                    + "\": "
                                    + files
                                    + " files of "
                                    + ByteSize.of(bytes)
                                    + " that a fetch has begun",
                            "lode sync DATASET goes on with them",
                            "they are not fetched again"));
        }
    }

    private void services(List<Diagnosis> found) {
        var journals = new JournalFolder(root);
        try {
            for (var dataset : journals.datasets()) {
                for (var journal : journals.of(dataset)) {
                    found.add(service(journals, journal));
                }
            }
        } catch (LodeException e) {
            found.add(Diagnosis.broken("services", String.valueOf(e.getMessage()), "", ""));
        }
    }

    private static Diagnosis service(JournalFolder journals, ServiceJournal journal) {
        String what = String.join(", ", journal.services());
        String start = "lode services start " + journal.dataset();
        if (journal.byHand()) {
            return Diagnosis.note("services", what + ": stopped by hand", start, "they run again");
        }
        if (!journal.machine().is(ThisMachine.ask())) {
            return Diagnosis.broken(
                    "services",
                    what
                            + ": stopped by run "
                            + journal.by()
                            + " on host \""
                            + journal.machine().host()
                            + "\"",
                    start + " on that host, unless the run goes on there",
                    "they run again");
        }
        return journals.alive(journal)
                ? Diagnosis.note(
                        "services",
                        what + ": stopped by run " + journal.by() + ", which is under way",
                        "",
                        "")
                : Diagnosis.broken(
                        "services",
                        what
                                + ": left stopped by run "
                                + journal.by()
                                + ", which ended without giving it back",
                        start,
                        "they run again");
    }
}

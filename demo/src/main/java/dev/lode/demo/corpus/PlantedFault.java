package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A fault, where, and how often.
///
/// @param table the table whose file is spoilt; empty where the fault concerns no table
/// @param count records planted; files and headers are spoilt once
public record PlantedFault(Fault fault, String table, int count) {
    public PlantedFault {
        if (count < 1) {
            throw LodeException.usage(
                    "fault " + fault.word() + ": count " + count + ": expected 1 or more");
        }
    }

    /// The fault in its usual place.
    public static PlantedFault of(Fault fault) {
        return new PlantedFault(fault, fault.table(), fault.count());
    }

    /// The fault in all of its usual places: keys dangle in the citation map, and of a cluster and
    /// an opinion.
    public static List<PlantedFault> usual(Fault fault) {
        if (fault == Fault.DANGLING_KEYS) {
            return List.of(
                    of(fault),
                    new PlantedFault(fault, "search_opinioncluster", 1),
                    new PlantedFault(fault, "search_opinion", 1));
        }
        return List.of(of(fault));
    }

    /// `fault`, `fault:table`, `fault:table:count`, or a whole group by name: `records`, `headers`,
    /// `files`, `snapshot`; `all` is every fault in its usual place.
    ///
    /// @throws LodeException of kind USAGE when a word is unknown
    public static List<PlantedFault> parse(String text) {
        if (text.equals("all")) {
            return usual(Arrays.asList(Fault.values()));
        }
        for (var group : Fault.Group.values()) {
            if (group.name().toLowerCase(Locale.ROOT).equals(text)) {
                return usual(Fault.of(group));
            }
        }
        var parts = text.split(":", -1);
        var fault = Fault.of(parts[0]);
        if (parts.length == 1) {
            return usual(fault);
        }
        try {
            return List.of(
                    new PlantedFault(
                            fault,
                            !parts[1].isEmpty() ? parts[1] : fault.table(),
                            parts.length > 2 ? Integer.parseInt(parts[2]) : fault.count()));
        } catch (NumberFormatException e) {
            throw LodeException.usage(
                    "fault \""
                            + text
                            + "\": \""
                            + parts[2]
                            + "\" is not a number of records; expected fault:table:count");
        }
    }

    private static List<PlantedFault> usual(List<Fault> faults) {
        return faults.stream().flatMap(fault -> usual(fault).stream()).toList();
    }
}

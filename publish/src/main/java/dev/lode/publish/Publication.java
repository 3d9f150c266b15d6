package dev.lode.publish;

import dev.lode.core.LodeException;
import dev.lode.publish.archive.FileShape;

import java.util.regex.Pattern;

/// What is published, and in which shape.
///
/// @param dataset whose it is
/// @param name of the publication: `opinions`
/// @param title for people
/// @param shape of its archives
/// @param all whether one more archive holds the items of all partitions, ordered by partition
/// @param isPublic whether anybody may have it; if not, it goes to no public place
/// @param largestItem bytes of an item; larger ones are an error
public record Publication(
        String dataset,
        String name,
        String title,
        FileShape shape,
        boolean all,
        boolean isPublic,
        int largestItem) {
    /// 32 MiB: two of them, with what is made of them, fit into a heap of 512 MiB.
    public static final int LARGEST_ITEM = 32 << 20;

    /// What the archive of all partitions is called; no partition can be.
    public static final String ALL = "all";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final int LARGEST_LIMIT = 1 << 30;

    public Publication {
        if (!NAME.matcher(dataset).matches() || !NAME.matcher(name).matches()) {
            throw LodeException.usage(
                    "publication \""
                            + dataset
                            + "/"
                            + name
                            + "\": its name makes a folder, expected at most 63 lower-case letters,"
                            + " digits, dashes and underscores");
        }
        if (largestItem < 1 || largestItem > LARGEST_LIMIT) {
            throw LodeException.usage(
                    "publication \""
                            + name
                            + "\": items of at most "
                            + largestItem
                            + " bytes, expected 1 to "
                            + LARGEST_LIMIT);
        }
    }
}

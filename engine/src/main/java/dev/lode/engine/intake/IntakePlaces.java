package dev.lode.engine.intake;

import dev.lode.core.LodeException;
import dev.lode.core.place.Place;

/// Where files come from and go to.
///
/// @param incoming where they appear
/// @param processed where they go when they are in the tables
/// @param failed where they go when they cannot be
/// @param appearWhole whether a file that is seen is whole: objects are, files of a folder may
///   still be being written
public record IntakePlaces(Place incoming, Place processed, Place failed, boolean appearWhole)
        implements AutoCloseable {
    /// @throws LodeException of kind USAGE when one lies in the other: files would be taken in
    ///   again
    public IntakePlaces {
        refuseInside(incoming, processed, "processed");
        refuseInside(incoming, failed, "failed");
    }

    private static void refuseInside(Place incoming, Place other, String what) {
        String outer = slashed(incoming.name());
        if (slashed(other.name()).startsWith(outer)) {
            throw LodeException.usage(
                    what
                            + " files in \""
                            + other.name()
                            + "\": lies in \""
                            + incoming.name()
                            + "\", where files are taken from; nothing was taken in; name a place"
                            + " outside of it");
        }
    }

    private static String slashed(String name) {
        return name.endsWith("/") ? name : name + "/";
    }

    @Override
    public void close() {
        incoming.close();
        processed.close();
        failed.close();
    }
}

package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.postgres.load.CopyWay;

import java.util.Optional;

/// How rows travel to the server.
///
/// @param way where the user asks for one
/// @param streams COPY streams of one item at the same time; 0 for as many as pay
public record CopySettings(Optional<CopyWay> way, int streams) {
    /// The most streams of one item.
    public static final int MOST_STREAMS = 64;

    /// Each table in its best way, as many streams as pay.
    public static final CopySettings STANDARD = new CopySettings(Optional.empty(), 0);

    public CopySettings {
        if (streams < 0 || streams > MOST_STREAMS) {
            throw LodeException.usage(
                    "streams: \"" + streams + "\" is out of bounds: expected 0 to " + MOST_STREAMS);
        }
    }
}

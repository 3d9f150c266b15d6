package dev.lode.testkit.http;

import java.util.Map;

/// What a [FaultyProxy] does with one request.
public sealed interface Fault {
    /// Answers by itself; the server behind never hears of it.
    record Answer(int status, Map<String, String> headers, String body) implements Fault {
        public Answer(int status) {
            this(status, Map.of(), "");
        }
    }

    /// Resets the connection after so many bytes of the answer's body; 0 is after its head. The
    /// reset may overtake bytes.
    record CutAfter(long bytes) implements Fault {}

    /// Closes the connection in order after so many bytes of the answer's body: the client gets
    /// these, and no more.
    record EndAfter(long bytes) implements Fault {}

    /// Resets the connection at once, without an answer.
    record Refuse() implements Fault {}

    /// Sends so many bytes of the answer's body, then nothing until the client gives up or the
    /// proxy closes.
    record StallAfter(long bytes) implements Fault {}

    /// Announces so many bytes more (or fewer) than the body has, then ends the connection in
    /// order.
    record LieAboutLength(long difference) implements Fault {}

    /// Leaves out a header of the answer, whatever its case.
    record Without(String header) implements Fault {}

    /// Replaces a header's value in the answer.
    record WithHeader(String name, String value) implements Fault {}

    /// Inverts the byte at this place of the answer's body.
    record Corrupt(long at) implements Fault {}

    /// Acts, then passes the request on: an object replaced between two ranges.
    record Before(Runnable act) implements Fault {}

    /// Passes so many bytes of the answer's body, acts, then passes the rest.
    record Amid(long bytes, Runnable act) implements Fault {}
}

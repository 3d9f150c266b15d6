package dev.lode.core.place;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.util.Optional;

/// Moving between stores that know nothing of each other: the bytes are written there, checked, and
/// removed here. Broken off in between, the next attempt finds them there and goes on.
public final class MovesByBytes {
    private MovesByBytes() {}

    public static Moved move(Place from, PlacedFile file, Place to, String key)
            throws InterruptedException {
        var here = from.md5(file);
        var there = to.find(key);
        if (there.isPresent()) {
            boolean same =
                    there.get().size() == file.size()
                            && here.isPresent()
                            && here.equals(to.md5(there.get()));
            return same ? from.remove(file) : Moved.OCCUPIED;
        }
        return switch (from.open(file)) {
            case Content.Gone() -> Moved.GONE;
            case Content.Changed() -> Moved.CHANGED;
            case Content.Bytes(var stream) -> {
                try (stream) {
                    to.write(key, stream, file.size(), here);
                } catch (IOException e) {
                    throw LodeException.remote(
                            from.name()
                                    + ": "
                                    + file.key()
                                    + ": reading it was cut short; it stays where it is",
                            e);
                }
                yield from.remove(file);
            }
        };
    }

    /// MD5 as hexadecimal digits, where a tag is one: of an object that was written in one piece.
    public static Optional<String> plainTag(String tag) {
        return tag.matches("[0-9a-f]{32}") ? Optional.of(tag) : Optional.empty();
    }
}

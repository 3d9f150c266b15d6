package dev.lode.source.stream;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

/// How far an item is read ahead of its reader.
///
/// @param rangeSize the most bytes of one request
/// @param ranges requests at the same time; `rangeSize` times this is the memory of one open stream
public record StreamSettings(ByteSize rangeSize, int ranges) {
    public static final StreamSettings DEFAULT = new StreamSettings(ByteSize.mebibytes(4), 4);

    /// Sizes of the first requests: whoever reads only the head of an item pays for little more.
    static final int FIRST_RANGE = 256 << 10;

    public StreamSettings {
        if (rangeSize.bytes() < 1 || rangeSize.bytes() > (1 << 30) || ranges < 1 || ranges > 64) {
            throw LodeException.usage(
                    "streaming: "
                            + ranges
                            + " ranges of "
                            + rangeSize
                            + "; expected 1 to 64 of 1 B to 1 GiB");
        }
    }

    /// As many ranges of the usual size as fit into `memory`, at least one.
    public static StreamSettings within(ByteSize memory) {
        long usual = DEFAULT.rangeSize().bytes();
        return memory.bytes() < 2 * usual
                ? new StreamSettings(ByteSize.of(Math.max(1, memory.bytes() / 2)), 2)
                : new StreamSettings(
                        DEFAULT.rangeSize(), (int) Math.min(64, memory.bytes() / usual));
    }
}

package dev.lode.publish.archive;

import dev.lode.core.LodeException;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/// Which codec presses segments, and how hard.
///
/// @param level 1 to 9, for Zstandard 1 to 19
public record CodecSpec(Kind kind, int level) {
    /// The JDK's DEFLATE at level 6, gzip's default.
    public static final CodecSpec DEFLATE = new CodecSpec(Kind.DEFLATE, 6);

    /// Zstandard at its default level.
    public static final CodecSpec ZSTD = new CodecSpec(Kind.ZSTD, 3);

    private static final ConcurrentHashMap<CodecSpec, String> IDENTITIES =
            new ConcurrentHashMap<>();

    /// Whose work it is.
    public enum Kind {
        /// The JDK's zlib.
        DEFLATE(9),
        /// libdeflate, where the machine has it.
        LIBDEFLATE(12),
        /// zstd-jni.
        ZSTD(19);

        private final int hardest;

        Kind(int hardest) {
            this.hardest = hardest;
        }
    }

    public CodecSpec {
        if (level < 1 || level > kind.hardest) {
            throw LodeException.usage(
                    "compression level "
                            + level
                            + ": expected 1 to "
                            + kind.hardest
                            + " for "
                            + kind.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /// DEFLATE by the quicker of the two that this machine has.
    public static CodecSpec quickest(int level) {
        return new CodecSpec(
                Libdeflate.library().isPresent() ? Kind.LIBDEFLATE : Kind.DEFLATE, level);
    }

    /// A codec for one thread.
    SegmentCodec open() {
        return switch (kind) {
            case DEFLATE -> new DeflateCodec(level);
            case LIBDEFLATE -> new LibdeflateCodec(level);
            case ZSTD -> new ZstdCodec(level);
        };
    }

    /// Kind, level and a checksum of what this machine's build of it makes of a sample: builds of
    /// zlib differ in the bytes they write, and none says in Java which one it is.
    public String identity() {
        return IDENTITIES.computeIfAbsent(this, CodecSpec::identify);
    }

    private static String identify(CodecSpec spec) {
        byte[] sample = sample();
        var pressed = new ByteRun();
        try (var codec = spec.open()) {
            codec.press(sample, sample.length, pressed);
        }
        var crc = new CRC32();
        crc.update(pressed.array(), 0, pressed.length());
        return String.format(
                java.util.Locale.ROOT,
                "%s-%d-%08x",
                spec.kind.name().toLowerCase(java.util.Locale.ROOT),
                spec.level,
                crc.getValue());
    }

    /// Words in a random order, always the same one.
    private static byte[] sample() {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.length() < 100_000) {
            text.append("\"word")
                    .append((int) Math.sqrt(random.nextInt(100_000_000)))
                    .append(random.nextInt(4) == 0 ? "\",\n " : "\": ");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}

package dev.lode.engine.publish;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.publish.archive.CodecSpec;

import java.util.List;

/// How hard archives are compressed.
///
/// @param gzip codec of the formats that end with `gz`
/// @param zstdLevel of those that end with `zst`
public record Compression(CodecSpec gzip, int zstdLevel) {
    /// The JDK's DEFLATE at gzip's own level, Zstandard at its own.
    public static final Compression DEFAULT =
            new Compression(CodecSpec.DEFLATE, CodecSpec.ZSTD.level());

    /// By the words of the settings.
    ///
    /// @param codec auto, zlib or libdeflate
    /// @param level of it, 1 to 9
    /// @throws LodeException of kind USAGE for another word
    public static Compression of(String codec, int level) {
        var gzip =
                switch (codec) {
                    case "auto" -> CodecSpec.quickest(level);
                    case "zlib" -> new CodecSpec(CodecSpec.Kind.DEFLATE, level);
                    case "libdeflate" -> new CodecSpec(CodecSpec.Kind.LIBDEFLATE, level);
                    default ->
                            throw LodeException.usage(
                                    "publish-codec: \""
                                            + codec
                                            + "\" is unknown: expected auto, zlib or libdeflate"
                                            + Suggestion.hint(
                                                    codec, List.of("auto", "zlib", "libdeflate")));
                };
        return new Compression(gzip, CodecSpec.ZSTD.level());
    }
}

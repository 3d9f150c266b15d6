package dev.lode.engine.export;

import com.github.luben.zstd.ZstdOutputStream;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// What is written.
public record ExportShape(Format format, Compression compression) {
    /// How rows are written.
    public enum Format {
        CSV,
        JSONL
    }

    /// How that is compressed.
    public enum Compression {
        NONE,
        GZIP,
        ZSTD
    }

    /// What the words say, and where they do not, the name of the target: `rows.jsonl.gz`. CSV
    /// without compression where nothing says anything.
    ///
    /// @throws LodeException of kind USAGE for a word that is not known
    public static ExportShape of(Optional<String> format, Optional<String> compress, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        var compression =
                compress.map(word -> word(Compression.class, "--compress", word))
                        .orElse(
                                lower.endsWith(".gz")
                                        ? Compression.GZIP
                                        : lower.endsWith(".zst")
                                                ? Compression.ZSTD
                                                : Compression.NONE);
        String bare = lower.replaceFirst("\\.(gz|zst)$", "");
        boolean json =
                bare.endsWith(".jsonl") || bare.endsWith(".ndjson") || bare.endsWith(".json");
        return new ExportShape(
                format.map(word -> word(Format.class, "--format", word))
                        .orElse(json ? Format.JSONL : Format.CSV),
                compression);
    }

    private static <E extends Enum<E>> E word(Class<E> type, String flag, String word) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(word)) {
                return constant;
            }
        }
        var words =
                List.of(type.getEnumConstants()).stream()
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList();
        throw LodeException.usage(
                flag
                        + ": \""
                        + word
                        + "\" is unknown: expected one of "
                        + String.join(", ", words)
                        + Suggestion.hint(word, words));
    }

    OutputStream compressing(OutputStream out) throws IOException {
        return switch (compression) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out, 64 << 10);
            case ZSTD -> new ZstdOutputStream(out);
        };
    }
}

package dev.lode.engine.export;

import com.github.luben.zstd.ZstdOutputStream;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.format.table.TableCodec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// What is written. Parquet is compressed inside, page by page; the other formats as a whole.
public record ExportShape(Format format, Compression compression) {
    /// How rows are written.
    public enum Format {
        CSV,
        JSONL,
        PARQUET
    }

    /// How that is compressed.
    public enum Compression {
        NONE,
        GZIP,
        ZSTD,
        /// In Parquet alone.
        SNAPPY
    }

    public ExportShape {
        if (compression == Compression.SNAPPY && format != Format.PARQUET) {
            throw LodeException.usage(
                    "--compress: snappy is for parquet, not for "
                            + format.name().toLowerCase(Locale.ROOT)
                            + ": expected none, gzip or zstd; nothing was written");
        }
    }

    /// What the words say, and where they do not, the name of the target: `rows.jsonl.gz`. CSV
    /// without compression, and Parquet with zstd, where nothing says anything.
    ///
    /// @throws LodeException of kind USAGE for a word that is not known
    public static ExportShape of(Optional<String> format, Optional<String> compress, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String bare = lower.replaceFirst("\\.(gz|zst)$", "");
        var chosen =
                format.map(word -> word(Format.class, "--format", word))
                        .orElseGet(() -> formatOf(name, bare));
        if (chosen == Format.PARQUET && !bare.equals(lower)) {
            throw LodeException.usage(
                    "export: \""
                            + name
                            + "\" says that the file is compressed as a whole, but Parquet is"
                            + " inside; nothing was written; call it .parquet, with --compress");
        }
        var usual =
                chosen == Format.PARQUET
                        ? Compression.ZSTD
                        : lower.endsWith(".gz")
                                ? Compression.GZIP
                                : lower.endsWith(".zst") ? Compression.ZSTD : Compression.NONE;
        return new ExportShape(
                chosen,
                compress.map(word -> word(Compression.class, "--compress", word)).orElse(usual));
    }

    private static Format formatOf(String name, String bare) {
        String file = bare.substring(bare.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return switch (dot < 0 ? "" : file.substring(dot + 1)) {
            case "", "csv" -> Format.CSV;
            case "jsonl", "ndjson", "json" -> Format.JSONL;
            case "parquet" -> Format.PARQUET;
            default ->
                    throw LodeException.usage(
                            "export: \""
                                    + name
                                    + "\" does not say in which format: expected a name that ends"
                                    + " in .csv, .jsonl, .ndjson or .json, also with .gz or .zst"
                                    + " behind it, or in .parquet; nothing was written; call it so,"
                                    + " or add --format");
        };
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

    /// The stream that rows are written to. Parquet compresses what it writes itself.
    OutputStream compressing(OutputStream out) throws IOException {
        if (format == Format.PARQUET) {
            return out;
        }
        return switch (compression) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out, 64 << 10);
            case ZSTD -> new ZstdOutputStream(out);
            case SNAPPY -> throw LodeException.bug("snappy as a stream", null);
        };
    }

    /// What compresses Parquet inside.
    TableCodec codec() {
        return switch (compression) {
            case NONE -> TableCodec.NONE;
            case GZIP -> TableCodec.GZIP;
            case ZSTD -> TableCodec.ZSTD;
            case SNAPPY -> TableCodec.SNAPPY;
        };
    }
}

package dev.lode.publish.archive;

import dev.lode.core.LodeException;

import java.util.Arrays;
import java.util.stream.Collectors;

/// What kind of file an archive is. Only formats that can be spliced are here; one with an index at
/// its end, as Parquet, is written whole: see [TableArchiveShape].
public enum ArchiveFormat {
    /// One file per item in a tar, in one member of gzip.
    TAR_GZ("tar.gz"),
    /// One line of JSON per item, in one member of gzip.
    JSONL_GZ("jsonl.gz"),
    /// One line of JSON per item, in one frame of Zstandard per segment: a file of several frames
    /// decompresses to their contents one behind the other (RFC 8878, section 3).
    JSONL_ZST("jsonl.zst"),
    /// One record per item below a header line, in one member of gzip.
    CSV_GZ("csv.gz");

    private final String ending;

    ArchiveFormat(String ending) {
        this.ending = ending;
    }

    /// The end of its files' names, without the dot before it.
    public String ending() {
        return ending;
    }

    /// The format of that ending.
    ///
    /// @throws LodeException of kind USAGE when there is none
    public static ArchiveFormat ofEnding(String ending) {
        return Arrays.stream(values())
                .filter(format -> format.ending.equals(ending))
                .findFirst()
                .orElseThrow(
                        () ->
                                LodeException.usage(
                                        "format \""
                                                + ending
                                                + "\": unknown, expected one of "
                                                + Arrays.stream(values())
                                                        .map(ArchiveFormat::ending)
                                                        .collect(Collectors.joining(", "))));
    }

    boolean isGzip() {
        return this != JSONL_ZST;
    }
}

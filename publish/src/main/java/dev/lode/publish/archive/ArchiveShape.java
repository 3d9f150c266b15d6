package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.store.Disk;

/// What archives of spliced segments are.
///
/// @param nameEnding behind the key in the names of a tar's files: `.json`
/// @param header the first line of CSV, without its end; empty in other formats
public record ArchiveShape(
        ArchiveFormat format,
        String nameEnding,
        String header,
        CodecSpec codec,
        Segmentation segmentation)
        implements FileShape {
    public ArchiveShape {
        if (!nameEnding.matches("[a-z0-9._-]{0,20}")) {
            throw LodeException.usage(
                    "ending \""
                            + nameEnding
                            + "\" of item names: expected at most 20 lower-case letters, digits,"
                            + " dots, dashes and underscores");
        }
        if ((format == ArchiveFormat.CSV_GZ) == header.isEmpty()) {
            throw LodeException.usage(
                    format.ending()
                            + ": "
                            + (header.isEmpty()
                                    ? "has no header line, expected one"
                                    : "has a header line, expected one for CSV only"));
        }
        if (format.isGzip() == (codec.kind() == CodecSpec.Kind.ZSTD)) {
            throw LodeException.usage(
                    "codec "
                            + codec.kind()
                            + ": cannot make "
                            + format.ending()
                            + "; take "
                            + (format.isGzip() ? "a DEFLATE codec" : "zstd"));
        }
    }

    /// One JSON document per item, by the JDK's DEFLATE at level 6, in segments for entries of
    /// about so many bytes.
    public static ArchiveShape tarOfJson(int averageEntry) {
        return new ArchiveShape(
                ArchiveFormat.TAR_GZ,
                ".json",
                "",
                CodecSpec.DEFLATE,
                Segmentation.forEntriesOf(averageEntry));
    }

    @Override
    public String ending() {
        return format.ending();
    }

    @Override
    public ArchiveMaker maker(Disk disk, int largestItem) {
        return new SplicedArchives(new ArchiveBuild(this, disk, largestItem));
    }

    @Override
    public String identity() {
        return format.ending()
                + "|"
                + nameEnding
                + "|"
                + header
                + "|"
                + codec.identity()
                + "|"
                + Segmentation.HASH
                + " "
                + segmentation.itemsPerSegment()
                + " "
                + segmentation.mostItems()
                + " "
                + segmentation.mostBytes();
    }
}

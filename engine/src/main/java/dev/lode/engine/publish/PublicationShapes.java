package dev.lode.engine.publish;

import dev.lode.core.pack.publish.ColumnRef;
import dev.lode.core.pack.publish.Content;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.publish.Publication;
import dev.lode.publish.archive.ArchiveFormat;
import dev.lode.publish.archive.ArchiveShape;
import dev.lode.publish.archive.CodecSpec;
import dev.lode.publish.archive.Segmentation;

/// What a pack's declaration is to the archives.
final class PublicationShapes {
    /// Header and filling of an entry of a tar, about.
    private static final int TAR_ENTRY = 768;

    private PublicationShapes() {}

    /// @param spec as the pack has it
    static Publication of(String dataset, PublicationSpec spec, Compression compression) {
        var format = ArchiveFormat.ofEnding(spec.format());
        boolean zstd = format == ArchiveFormat.JSONL_ZST;
        int overhead = format == ArchiveFormat.TAR_GZ ? TAR_ENTRY : 1;
        return new Publication(
                dataset,
                spec.name(),
                spec.title(),
                new ArchiveShape(
                        format,
                        spec.ending(),
                        header(spec),
                        zstd
                                ? new CodecSpec(CodecSpec.Kind.ZSTD, compression.zstdLevel())
                                : compression.gzip(),
                        Segmentation.forEntriesOf(spec.itemBytes() + overhead)),
                spec.all() && spec.partition().isPresent(),
                spec.isPublic(),
                spec.largestItem());
    }

    private static String header(PublicationSpec spec) {
        return spec.content() instanceof Content.Csv(var columns)
                ? CsvRecord.header(columns.stream().map(ColumnRef::column).toList())
                : "";
    }
}

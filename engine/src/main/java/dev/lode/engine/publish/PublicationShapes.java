package dev.lode.engine.publish;

import dev.lode.core.pack.publish.ColumnRef;
import dev.lode.core.pack.publish.Content;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.format.table.TableCodec;
import dev.lode.format.table.TableFormat;
import dev.lode.format.table.TableShape;
import dev.lode.postgres.publish.PublishedItems;
import dev.lode.publish.Publication;
import dev.lode.publish.archive.ArchiveFormat;
import dev.lode.publish.archive.ArchiveShape;
import dev.lode.publish.archive.CodecSpec;
import dev.lode.publish.archive.Segmentation;
import dev.lode.publish.archive.TableArchiveShape;

/// What a pack's declaration is to the archives.
final class PublicationShapes {
    /// Header and filling of an entry of a tar, about.
    private static final int TAR_ENTRY = 768;

    private PublicationShapes() {}

    /// @param spec as the pack has it
    /// @param items which know the types of columns
    static Publication of(
            String dataset, PublicationSpec spec, Compression compression, PublishedItems items) {
        return new Publication(
                dataset,
                spec.name(),
                spec.title(),
                spec.content() instanceof Content.Columns content
                        ? new TableArchiveShape(
                                TableFormat.parquet(),
                                new TableShape(
                                        items.columns(), TableCodec.ZSTD, content.rowGroup()))
                        : spliced(spec, compression),
                spec.all() && spec.partition().isPresent(),
                spec.isPublic(),
                spec.largestItem());
    }

    private static ArchiveShape spliced(PublicationSpec spec, Compression compression) {
        var format = ArchiveFormat.ofEnding(spec.format());
        boolean zstd = format == ArchiveFormat.JSONL_ZST;
        int overhead = format == ArchiveFormat.TAR_GZ ? TAR_ENTRY : 1;
        return new ArchiveShape(
                format,
                spec.ending(),
                header(spec),
                zstd
                        ? new CodecSpec(CodecSpec.Kind.ZSTD, compression.zstdLevel())
                        : compression.gzip(),
                Segmentation.forEntriesOf(spec.itemBytes() + overhead));
    }

    private static String header(PublicationSpec spec) {
        return spec.content() instanceof Content.Csv(var columns)
                ? CsvRecord.header(columns.stream().map(ColumnRef::column).toList())
                : "";
    }
}

package dev.lode.publish.archive;

import dev.lode.format.table.TableFormat;
import dev.lode.format.table.TableShape;
import dev.lode.store.Disk;

/// Archives of typed columns, such as Parquet. They end with what describes all of them, so that
/// none can be spliced: one in which anything changed is written anew. Items are records of CSV
/// with a value for each column.
public record TableArchiveShape(TableFormat format, TableShape table) implements FileShape {
    /// What the pack calls them, and their names end with.
    public static final String PARQUET = "parquet";

    @Override
    public String ending() {
        return PARQUET;
    }

    @Override
    public String identity() {
        return format.identity(table);
    }

    @Override
    public ArchiveMaker maker(Disk disk, int largestItem) {
        return new TableArchives(this, disk, largestItem);
    }
}

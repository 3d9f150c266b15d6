package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.store.DiskTrouble;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;

/// The keys of an archive's items, in their order. A cursor; not thread safe.
public final class ArchiveKeys implements Closeable {
    private final ArchiveFiles files;
    private final SegmentIndex index;
    private IndexEntries entries = new IndexEntries(new byte[0], 0);

    private ArchiveKeys(ArchiveFiles files, SegmentIndex index) {
        this.files = files;
        this.index = index;
    }

    /// Opens the index of an archive.
    ///
    /// @throws DamagedArchiveException when it is missing or not what was written
    public static ArchiveKeys open(ArchiveFiles files) {
        try {
            return new ArchiveKeys(files, SegmentIndex.open(files.index(), files.archive()));
        } catch (IOException e) {
            throw DiskTrouble.of(files.index(), "reading", e);
        }
    }

    /// The next key; null at the end.
    ///
    /// @throws LodeException of kind RESOURCE when the disk refuses
    public @Nullable String next() {
        try {
            while (!entries.next()) {
                var segment = index.next();
                if (segment == null) {
                    return null;
                }
                entries = segment.entries();
            }
            return entries.key();
        } catch (IOException e) {
            throw DiskTrouble.of(files.index(), "reading", e);
        }
    }

    @Override
    public void close() throws IOException {
        index.close();
    }
}

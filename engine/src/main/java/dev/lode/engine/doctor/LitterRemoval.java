package dev.lode.engine.doctor;

import dev.lode.core.ByteSize;
import dev.lode.store.DataRoot;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Collection;

/// Removes what is clearly litter: temporary files that nobody has open and nobody wrote to for a
/// while.
public final class LitterRemoval {
    private final DataRoot root;

    public LitterRemoval(DataRoot root) {
        this.root = root;
    }

    /// What was removed.
    public record Removed(int files, ByteSize bytes) {}

    /// @param strays as the user saw them; one that changed since then stays
    public Removed remove(Collection<Stray> strays) {
        var open = OpenFiles.ask();
        int files = 0;
        long bytes = 0;
        for (var stray : strays) {
            boolean litter = stray.kind() == Stray.Kind.TEMPORARY && stray.free();
            if (litter && !open.files().contains(stray.file()) && unchanged(stray)) {
                try {
                    root.disk().delete(stray.file());
                } catch (IOException e) {
                    throw DiskTrouble.of(stray.file(), "removing", e);
                }
                files++;
                bytes += stray.size().bytes();
            }
        }
        return new Removed(files, ByteSize.of(bytes));
    }

    private static boolean unchanged(Stray stray) {
        try {
            return Files.isRegularFile(stray.file(), LinkOption.NOFOLLOW_LINKS)
                    && Files.size(stray.file()) == stray.size().bytes()
                    && Files.getLastModifiedTime(stray.file()).toInstant().equals(stray.modified());
        } catch (IOException e) {
            // It is gone: nothing to remove.
            return false;
        }
    }
}

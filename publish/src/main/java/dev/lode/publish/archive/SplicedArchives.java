package dev.lode.publish.archive;

import dev.lode.publish.ItemSource;
import dev.lode.store.Disk;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Archives of segments, of which only those are made anew that changed.
record SplicedArchives(ArchiveBuild build) implements ArchiveMaker {
    @Override
    public Disk disk() {
        return build.disk();
    }

    @Override
    public ArchiveBuild.Outcome whole(
            ItemSource.Opening items,
            Optional<ArchiveFiles> before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException {
        try (var reader = items.open()) {
            return build.whole(reader, before, target, listener);
        }
    }

    @Override
    public ArchiveBuild.Outcome changed(
            ItemSource.Opening changes,
            ItemSource.Opening items,
            ArchiveFiles before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException {
        try (var reader = changes.open()) {
            return build.changed(reader, before, target, listener);
        }
    }

    @Override
    public JoinedArchive join(List<Part> parts, Path target) {
        return JoinedArchive.write(build.shape(), build.disk(), parts, target);
    }
}

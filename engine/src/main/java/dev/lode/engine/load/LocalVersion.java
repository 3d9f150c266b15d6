package dev.lode.engine.load;

import dev.lode.core.Fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What a file on this machine is known by without reading it: its path, size, inode, and the times
/// of its last change and of its last status change in nanoseconds. The second cannot be set by
/// anybody, so a file whose old date was put back after it changed (`cp -p`, `touch -r`) is another
/// version.
///
/// A file that changed a moment ago has none: it could change again within the granularity of its
/// file system's times and look the same. Git calls such an entry racily clean.
final class LocalVersion {
    /// The coarsest times that are common: two seconds (FAT, some network shares), and some more
    /// for a clock that is not quite that of the file system.
    static final Duration SETTLED_AFTER = Duration.ofSeconds(3);

    private LocalVersion() {}

    /// @param now before the file is read
    /// @return empty where the file changed a moment ago, or where the system does not tell
    static Optional<Fingerprint> of(Path file, Instant now) throws IOException {
        Map<String, Object> facts;
        try {
            facts = Files.readAttributes(file, "unix:size,ino,lastModifiedTime,ctime");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
        if (!(facts.get("lastModifiedTime") instanceof FileTime modified)
                || !(facts.get("ctime") instanceof FileTime changed)
                || !(facts.get("size") instanceof Long size)) {
            return Optional.empty();
        }
        var settled = now.minus(SETTLED_AFTER);
        if (modified.toInstant().isAfter(settled) || changed.toInstant().isAfter(settled)) {
            return Optional.empty();
        }
        String version = "file:" + facts.get("ino") + ":" + modified + ":" + changed;
        return Optional.of(
                Fingerprint.of(file.toRealPath().toString(), size, version, Instant.EPOCH));
    }
}

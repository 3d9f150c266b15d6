package dev.lode.core.canary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes a file that nobody will remove after a crash.
public final class WritesAFile {
    /// Breaks the rule.
    public void breakIt(Path file) throws IOException {
        Files.writeString(file, "");
    }
}

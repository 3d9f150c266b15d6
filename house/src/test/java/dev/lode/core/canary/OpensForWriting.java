package dev.lode.core.canary;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes through a channel.
public final class OpensForWriting {
    /// Breaks the rule.
    public void breakIt(Path file) throws IOException {
        FileChannel.open(file, StandardOpenOption.WRITE).close();
    }
}

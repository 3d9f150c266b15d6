package dev.lode.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The bytes of a file whose length was read once, when this value was made.
public record FileBytes(Path path, long size) implements ByteSource {
    public static FileBytes of(Path path) throws IOException {
        return new FileBytes(path, Files.size(path));
    }

    @Override
    public String name() {
        return path.getFileName().toString();
    }

    @Override
    public InputStream open(long offset) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ);
        channel.position(offset);
        return Channels.newInputStream(channel);
    }
}

package dev.lode.parquet;

import org.apache.parquet.io.DelegatingSeekableInputStream;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file as parquet-java reads it. Not thread safe.
final class FileInput extends DelegatingSeekableInputStream {
    private final FileChannel channel;

    private FileInput(FileChannel channel) {
        super(Channels.newInputStream(channel));
        this.channel = channel;
    }

    static FileInput open(Path path) throws IOException {
        return new FileInput(FileChannel.open(path, StandardOpenOption.READ));
    }

    long length() throws IOException {
        return channel.size();
    }

    @Override
    public long getPos() throws IOException {
        return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
        channel.position(position);
    }
}

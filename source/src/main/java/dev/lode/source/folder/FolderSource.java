package dev.lode.source.folder;

import dev.lode.core.LodeException;
import dev.lode.source.Checksum;
import dev.lode.source.Item;
import dev.lode.source.Opened;
import dev.lode.source.Source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The regular files below a folder. Hidden files (a name or folder that begins with a dot) are not
/// items; a link to a file is, a link to a folder is not entered. A file's version is its inode and
/// time of modification.
///
/// @param folder to read
/// @param mostItems the most files it may hold; more are an error
public record FolderSource(Path folder, int mostItems) implements Source {
    /// The bound where nobody set one: 1,000,000 files.
    public static final int MOST_ITEMS = 1_000_000;

    public static FolderSource of(Path folder) {
        return new FolderSource(folder, MOST_ITEMS);
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public List<Item> list() {
        if (!Files.isDirectory(folder)) {
            throw LodeException.usage(
                    "folder \""
                            + folder
                            + "\": not there, or not a folder; nothing was read; name another");
        }
        var items = new ArrayList<Item>();
        try (Stream<Path> files = Files.walk(folder)) {
            var below = files.iterator();
            while (below.hasNext()) {
                Path file = below.next();
                if (!hidden(file)) {
                    find(file).ifPresent(items::add);
                }
                if (items.size() > mostItems) {
                    throw LodeException.usage(
                            "folder \""
                                    + folder
                                    + "\": more than "
                                    + mostItems
                                    + " files; nothing was read; name a smaller folder or raise the"
                                    + " limit");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(folder, e);
        }
        items.sort(Comparator.comparing(Item::key));
        return List.copyOf(items);
    }

    private boolean hidden(Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<Item> lookUp(Item item) {
        return find(folder.resolve(item.key()));
    }

    private Optional<Item> find(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                return Optional.empty();
            }
            String key =
                    folder.relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/");
            var modified = attributes.lastModifiedTime();
            String version = modified.toInstant() + " " + attributes.fileKey();
            return Optional.of(
                    new Item(key, key, attributes.size(), version, modified.toInstant()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// Nothing: a folder says nothing about its bytes.
    @Override
    public Optional<Checksum> checksum(Item item) {
        return Optional.empty();
    }

    @Override
    public Opened open(Item item, long offset, long length) {
        Path file = folder.resolve(item.key());
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException _) {
            return new Opened.Gone();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        // Looked at after opening: the open file is the listed one if the name still leads to that.
        Optional<Item> now = find(file);
        try {
            if (now.isPresent() && now.get().sameVersion(item)) {
                channel.position(offset);
                return new Opened.Bytes(
                        new RangeStream(Channels.newInputStream(channel), item, length));
            }
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return now.isPresent() ? new Opened.Replaced() : new Opened.Gone();
    }

    private static LodeException unreadable(Path place, Exception e) {
        return LodeException.resource(
                "\""
                        + place
                        + "\": not readable: "
                        + e
                        + "; nothing was read; check its permissions and its disk",
                e);
    }

    @Override
    public void close() {
        // holds nothing open
    }

    /// A range of one version: ends after so many bytes, and with an error when the file was
    /// written to meanwhile.
    private final class RangeStream extends InputStream {
        private final InputStream in;
        private final Item item;
        private long left;

        RangeStream(InputStream in, Item item, long length) {
            this.in = in;
            this.item = item;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && length > 0) {
                return -1;
            }
            int n = in.read(bytes, offset, (int) Math.min(left, length));
            left -= Math.max(n, 0);
            if (left == 0 && lookUp(item).filter(item::sameVersion).isEmpty()) {
                throw new IOException(
                        "\"" + folder.resolve(item.key()) + "\" changed while it was read");
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

package dev.lode.engine.fetch;

import dev.lode.core.ContentHasher;
import dev.lode.core.ContentId;
import dev.lode.core.FileBytes;
import dev.lode.core.LodeException;
import dev.lode.source.Checksum;
import dev.lode.source.Item;
import dev.lode.store.AtomicFile;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// The bytes of one version of an item that have arrived, in any order of chunks: a file
/// `<name>.part`, and beside it `<name>.part.state` with the digest of every finished chunk.
/// Nothing is flushed to the disk before the end; instead, what an earlier process recorded is
/// believed only after its bytes were read and gave the recorded digest.
///
/// Chunks may be written by several threads at once.
final class PartialFile implements AutoCloseable {
    private final Item item;
    private final Paths paths;
    private final Disk disk;
    private final Disk.WritableFile data;
    private final Disk.WritableFile state;
    private final ConcurrentSkipListMap<Integer, String> finished;
    private long stateEnd;

    private PartialFile(
            Item item,
            Paths paths,
            Disk disk,
            Disk.WritableFile data,
            Disk.WritableFile state,
            Map<Integer, String> known,
            String stateText) {
        this.item = item;
        this.paths = paths;
        this.disk = disk;
        this.data = data;
        this.state = state;
        this.finished = new ConcurrentSkipListMap<>(known);
        this.stateEnd = stateText.getBytes(StandardCharsets.UTF_8).length;
    }

    /// Where a file is before and after it is whole.
    record Paths(Path part, Path state, Path whole) {
        static Paths of(Path incoming, String name, Path whole) {
            return new Paths(
                    incoming.resolve(name + ".part"),
                    incoming.resolve(name + ".part.state"),
                    whole);
        }
    }

    /// Opens it with every chunk that is there already. What is there of another version is thrown
    /// away.
    static PartialFile open(Item item, Paths paths, AtomicFile files) throws IOException {
        String text = stateText(paths);
        var recorded = PartialState.parse(item, text).orElse(PartialState.of(item));
        var known = new PartialState(recorded.version(), verified(item, recorded.chunks(), paths));
        Disk disk = files.disk();
        if (known.chunks().isEmpty()) {
            text = known.text();
            disk.createFolders(Disk.folderOf(paths.state()));
            disk.delete(paths.part());
            begin(disk, paths.state(), text);
        } else if (!text.endsWith("\n") || known.chunks().size() < recorded.chunks().size()) {
            text = known.text();
            files.write(paths.state(), text);
        }
        var data = disk.open(paths.part());
        try {
            return new PartialFile(
                    item, paths, disk, data, disk.open(paths.state()), known.chunks(), text);
        } catch (IOException e) {
            data.close();
            throw e;
        }
    }

    private static String stateText(Paths paths) throws IOException {
        try {
            return Files.readString(paths.state());
        } catch (NoSuchFileException | CharacterCodingException _) {
            // Not there, or damaged: of no use.
            return "";
        }
    }

    /// Not flushed: a state that is lost or cut costs bytes, never a wrong one.
    private static void begin(Disk disk, Path state, String text) throws IOException {
        try (var out = disk.open(state)) {
            out.truncate(0);
            out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    /// The recorded chunks whose bytes are there.
    private static Map<Integer, String> verified(
            Item item, Map<Integer, String> recorded, Paths paths) throws IOException {
        if (recorded.isEmpty()) {
            return recorded;
        }
        var there = new TreeMap<Integer, String>();
        try (var in = Files.newByteChannel(paths.part())) {
            for (var chunk : recorded.entrySet()) {
                int number = chunk.getKey();
                if (number < chunks(item) && digest(in, number, item).equals(chunk.getValue())) {
                    there.put(number, chunk.getValue());
                }
            }
        } catch (NoSuchFileException _) {
            return Map.of();
        }
        return there;
    }

    private static String digest(SeekableByteChannel in, int number, Item item) throws IOException {
        var digest = ChunkDigest.begin();
        var buffer = ByteBuffer.allocate(1 << 16);
        in.position((long) number * ContentId.CHUNK);
        for (long left = length(number, item); left > 0; ) {
            buffer.clear().limit((int) Math.min(left, buffer.capacity()));
            int n = in.read(buffer);
            if (n < 0) {
                return "";
            }
            digest.update(buffer.flip());
            left -= n;
        }
        return PartialState.hex(digest.digest());
    }

    /// How many chunks the item has.
    static int chunks(Item item) {
        return Math.toIntExact(Math.ceilDiv(item.size(), (long) ContentId.CHUNK));
    }

    /// Bytes of one chunk.
    static long length(int number, Item item) {
        return Math.min(ContentId.CHUNK, item.size() - (long) number * ContentId.CHUNK);
    }

    /// Bytes of finished chunks.
    long there() {
        return finished.keySet().stream().mapToLong(number -> length(number, item)).sum();
    }

    /// What is missing, as runs of chunks of at most `most` bytes.
    List<ByteRange> missing(long most) {
        var ranges = new ArrayList<ByteRange>();
        for (int number = 0; number < chunks(item); number++) {
            if (finished.containsKey(number)) {
                continue;
            }
            long start = (long) number * ContentId.CHUNK;
            long end = start + length(number, item);
            if (!ranges.isEmpty()
                    && ranges.getLast().end() == start
                    && end - ranges.getLast().start() <= most) {
                ranges.set(ranges.size() - 1, new ByteRange(ranges.getLast().start(), end));
            } else {
                ranges.add(new ByteRange(start, end));
            }
        }
        return ranges;
    }

    void write(ByteBuffer bytes, long position) {
        try {
            data.write(bytes, position);
        } catch (IOException e) {
            throw DiskTrouble.of(
                    paths.part(), "writing", OptionalLong.of(item.size() - there()), e);
        }
    }

    /// All bytes of a chunk are written.
    void finish(int number, byte[] digest) {
        String hex = PartialState.hex(digest);
        byte[] line = PartialState.line(number, hex).getBytes(StandardCharsets.UTF_8);
        synchronized (state) {
            try {
                state.write(ByteBuffer.wrap(line), stateEnd);
            } catch (IOException e) {
                throw DiskTrouble.of(paths.state(), "writing", e);
            }
            stateEnd += line.length;
        }
        finished.put(number, hex);
    }

    /// The id of the whole content; every chunk is finished.
    ContentId contentId() {
        if (finished.size() != chunks(item)) {
            throw LodeException.bug(
                    item.key()
                            + ": "
                            + finished.size()
                            + " of "
                            + chunks(item)
                            + " chunks when it should be whole",
                    null);
        }
        return contentId(finished);
    }

    /// The id of the whole file under its last name, when it is there and has the bytes that the
    /// state of a partial file speaks of: a process died after renaming it and before writing it
    /// down.
    static Optional<ContentId> finishedBefore(Item item, Paths paths) {
        try {
            if (Files.exists(paths.part())
                    || !Files.exists(paths.state())
                    || !Files.isRegularFile(paths.whole())) {
                return Optional.empty();
            }
            var state = PartialState.parse(item, stateText(paths));
            if (state.isEmpty() || state.get().chunks().size() != chunks(item)) {
                return Optional.empty();
            }
            var expected = contentId(state.get().chunks());
            var bytes = FileBytes.of(paths.whole());
            return bytes.size() == item.size() && ContentHasher.hash(bytes).equals(expected)
                    ? Optional.of(expected)
                    : Optional.empty();
        } catch (IOException e) {
            throw DiskTrouble.of(paths.whole(), "reading", e);
        }
    }

    private static ContentId contentId(Map<Integer, String> chunks) {
        var inOrder =
                new TreeMap<>(chunks).values().stream().map(HexFormat.of()::parseHex).toList();
        return new ContentHasher(inOrder).finish();
    }

    /// Bytes that an earlier process recorded, not yet compared with what is there.
    static long recorded(Item item, Paths paths) {
        try {
            var state = PartialState.parse(item, stateText(paths));
            return state.map(PartialState::chunks).orElse(Map.of()).keySet().stream()
                    .filter(number -> number < chunks(item))
                    .mapToLong(number -> length(number, item))
                    .sum();
        } catch (IOException e) {
            throw DiskTrouble.of(paths.state(), "reading", e);
        }
    }

    /// Removes what is left of an item that needs nothing more.
    static void forget(Paths paths, Disk disk) {
        try {
            if (Files.exists(paths.state())) {
                disk.delete(paths.state());
            }
            if (Files.exists(paths.part())) {
                disk.delete(paths.part());
            }
        } catch (IOException e) {
            throw DiskTrouble.of(paths.part(), "deleting", e);
        }
    }

    /// Whether the bytes on disk sum up to what the source says. Reads all of them.
    boolean matches(Checksum expected) throws InterruptedException {
        var sum = expected.begin();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(paths.part())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException(item.name() + ": checksum interrupted");
                }
                sum.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw DiskTrouble.of(paths.part(), "reading", e);
        }
        return sum.hex().equals(expected.hex());
    }

    /// Makes the file whole under its last name, durably. Its state stays until the manifest has
    /// it.
    void complete() {
        try {
            data.truncate(item.size());
            data.sync();
            close();
            Path folder = Disk.folderOf(paths.whole());
            disk.createFolders(folder);
            disk.rename(paths.part(), paths.whole());
            disk.sync(folder);
        } catch (IOException e) {
            throw DiskTrouble.of(paths.whole(), "finishing", e);
        }
    }

    /// Throws away what has arrived: it is of a version that is gone, or was damaged on its way.
    void discard() {
        try {
            close();
            disk.delete(paths.state());
            disk.delete(paths.part());
        } catch (IOException e) {
            throw DiskTrouble.of(paths.part(), "deleting", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (data) {
            state.close();
        }
    }
}

package dev.lode.store.place;

import dev.lode.core.FittingName;
import dev.lode.core.LodeException;
import dev.lode.core.place.Content;
import dev.lode.core.place.Moved;
import dev.lode.core.place.MovesByBytes;
import dev.lode.core.place.Place;
import dev.lode.core.place.PlacedFile;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.UnfinishedFiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The regular files below a folder. Hidden files and folders (a name that begins with a dot) are
/// not files of the place: Lode's own unfinished ones are called so. A version is inode and time of
/// modification.
///
/// How a version is moved that nobody else may have seen: it is renamed to a hidden name first,
/// then looked at. Is it another one than was asked for, because the producer replaced it a moment
/// ago, it goes back under its old name, or beside a still newer one.
public final class FolderPlace implements Place {
    private static final String MOVING = ".lode-moving-";
    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final Disk disk;
    private final UnfinishedFiles unfinished;
    private List<PlacedFile> listed = List.of();
    private int next;

    /// @param folder made when it is first written to
    public FolderPlace(Path folder, Disk disk) {
        this.folder = folder.toAbsolutePath().normalize();
        this.disk = disk;
        this.unfinished = new UnfinishedFiles(disk);
    }

    public Path folder() {
        return folder;
    }

    /// Makes the folder where it is missing.
    public FolderPlace made() {
        try {
            disk.createFolders(folder);
            return this;
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "making", e);
        }
    }

    @Override
    public String name() {
        return folder.toString();
    }

    /// The folder is walked through for the first page; the pages that follow come from the same
    /// walk.
    @Override
    public synchronized List<PlacedFile> list(String after, int most) {
        boolean goesOn =
                !after.isEmpty()
                        && next > 0
                        && next <= listed.size()
                        && listed.get(next - 1).key().equals(after);
        if (!goesOn) {
            listed = walk();
            next = 0;
            while (next < listed.size() && listed.get(next).key().compareTo(after) <= 0) {
                next++;
            }
        }
        var page = List.copyOf(listed.subList(next, Math.min(listed.size(), next + most)));
        next += page.size();
        if (page.size() < most) {
            listed = List.of();
            next = 0;
        }
        return page;
    }

    private List<PlacedFile> walk() {
        if (!Files.isDirectory(folder)) {
            throw LodeException.usage(
                    "folder \""
                            + folder
                            + "\": not there, or not a folder; nothing was read; make it or name"
                            + " another");
        }
        var files = new ArrayList<PlacedFile>();
        try {
            Files.walkFileTree(folder, new Visitor(files));
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "listing", e);
        }
        files.sort(Comparator.comparing(PlacedFile::key));
        return files;
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final List<PlacedFile> files;

        Visitor(List<PlacedFile> files) {
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
            return !below.equals(folder) && hidden(below)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !hidden(file)) {
                files.add(placed(file, attributes));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException && !file.equals(folder)) {
                // Moved or removed while the folder was listed.
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }

    private static boolean hidden(Path file) {
        var name = file.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    private PlacedFile placed(Path file, BasicFileAttributes attributes) {
        String key =
                folder.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/");
        return new PlacedFile(
                key,
                attributes.size(),
                version(attributes),
                attributes.lastModifiedTime().toInstant());
    }

    /// Without the device, whose number is each machine's own where a folder is shared.
    private static String version(BasicFileAttributes attributes) {
        String key = String.valueOf(attributes.fileKey());
        int inode = key.indexOf("ino=");
        return attributes.lastModifiedTime().toInstant()
                + " "
                + (inode < 0 ? key : key.substring(inode + 4).replace(")", ""));
    }

    private Path path(String key) {
        var path = folder.resolve(key).normalize();
        if (!path.startsWith(folder) || path.equals(folder)) {
            throw LodeException.data(
                    "key \"" + key + "\": leads out of \"" + folder + "\"; nothing was written");
        }
        return path;
    }

    @Override
    public Optional<PlacedFile> find(String key) {
        return attributes(path(key)).map(found -> placed(path(key), found));
    }

    private static Optional<BasicFileAttributes> attributes(Path file) {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class))
                    .filter(BasicFileAttributes::isRegularFile);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static LodeException unreadable(Path file, IOException e) {
        return LodeException.resource(
                "\""
                        + file
                        + "\": not readable: "
                        + e
                        + "; nothing was read; check its permissions and its disk",
                e);
    }

    @Override
    public Content open(PlacedFile file) {
        InputStream stream;
        try {
            stream = Files.newInputStream(path(file.key()));
        } catch (NoSuchFileException _) {
            return new Content.Gone();
        } catch (IOException e) {
            throw unreadable(path(file.key()), e);
        }
        // Looked at after opening: the open file is the listed one if the name still leads there.
        var now = find(file.key());
        if (now.filter(file::sameVersion).isPresent()) {
            return new Content.Bytes(new OneVersion(stream, this, file));
        }
        try {
            stream.close();
        } catch (IOException e) {
            throw unreadable(path(file.key()), e);
        }
        return now.isPresent() ? new Content.Changed() : new Content.Gone();
    }

    @Override
    public PlacedFile write(String key, InputStream content, long size, Optional<String> md5) {
        Path target = path(key);
        try {
            disk.createFolders(Disk.folderOf(target));
            try (var file = unfinished.open(target)) {
                String written = copy(content, file.out(), size, target);
                if (md5.isPresent() && !md5.get().equals(written)) {
                    throw LodeException.remote(
                            "\""
                                    + target
                                    + "\": its bytes have the MD5 "
                                    + written
                                    + ", expected "
                                    + md5.get()
                                    + "; nothing was written there");
                }
                file.complete();
            }
            return find(key)
                    .orElseThrow(
                            () ->
                                    LodeException.resource(
                                            "\""
                                                    + target
                                                    + "\": gone as soon as it was written; see who"
                                                    + " else works in that folder"));
        } catch (IOException e) {
            throw DiskTrouble.of(target, "writing", e);
        }
    }

    private static String copy(InputStream content, Disk.WritableFile out, long size, Path target)
            throws IOException {
        var digest = digest("MD5");
        var buffer = new byte[BUFFER];
        long at = 0;
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            out.write(ByteBuffer.wrap(buffer, 0, n), at);
            digest.update(buffer, 0, n);
            at += n;
        }
        if (at != size) {
            throw LodeException.remote(
                    "\""
                            + target
                            + "\": "
                            + at
                            + " bytes came, "
                            + size
                            + " were expected; nothing was written there");
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public Optional<String> md5(PlacedFile file) {
        try (var in = Files.newInputStream(path(file.key()))) {
            var digest = digest("MD5");
            var buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return find(file.key())
                    .filter(file::sameVersion)
                    .map(_ -> HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path(file.key()), e);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no " + algorithm, e);
        }
    }

    /// Nothing: bytes are copied by writing them, which is checked.
    @Override
    public Optional<Copied> copyFrom(Place other, PlacedFile file, String key) {
        return Optional.empty();
    }

    /// Not flushed to the disk: a move that a power failure undoes is done again.
    @Override
    public Moved move(PlacedFile file, Place to, String key) throws InterruptedException {
        if (!(to instanceof FolderPlace place)) {
            return MovesByBytes.move(this, file, to, key);
        }
        Path source = path(file.key());
        Path target = place.path(key);
        Path moving = moving(target, file);
        try {
            disk.createFolders(Disk.folderOf(target));
            var there = attributes(target);
            if (there.isPresent()) {
                return version(there.get()).equals(file.version())
                        ? goneAs(moving)
                        : finished(place, file, key);
            }
            if (attributes(moving).isEmpty()) {
                disk.rename(source, moving);
            }
            if (attributes(moving).filter(found -> is(found, file)).isEmpty()) {
                putBack(moving, source);
                return Moved.CHANGED;
            }
            return link(moving, target) ? goneAs(moving) : backFrom(moving, source);
        } catch (NoSuchFileException e) {
            return Moved.GONE;
        } catch (AtomicMoveNotSupportedException e) {
            return MovesByBytes.move(this, file, to, key);
        } catch (IOException e) {
            throw DiskTrouble.of(source, "moving", e);
        }
    }

    /// Where the same bytes were copied from another file system and only the removal is left.
    private Moved finished(FolderPlace place, PlacedFile file, String key) {
        var here = md5(file);
        var there = place.find(key).flatMap(place::md5);
        return here.isPresent() && here.equals(there) ? remove(file) : Moved.OCCUPIED;
    }

    private Moved goneAs(Path moving) throws IOException {
        disk.delete(moving);
        return Moved.DONE;
    }

    private Moved backFrom(Path moving, Path source) throws IOException {
        putBack(moving, source);
        return Moved.OCCUPIED;
    }

    private static boolean is(BasicFileAttributes found, PlacedFile file) {
        return found.size() == file.size() && version(found).equals(file.version());
    }

    /// The same with each attempt, so that one goes on where another was killed. Of one length: a
    /// name may have 255 bytes already.
    private static Path moving(Path target, PlacedFile file) {
        var digest = digest("SHA-256");
        for (var part : List.of(file.key(), file.version(), String.valueOf(target.getFileName()))) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return target.resolveSibling(MOVING + HexFormat.of().formatHex(digest.digest(), 0, 16));
    }

    @Override
    public Moved remove(PlacedFile file) {
        Path source = path(file.key());
        Path moving = moving(source, file);
        try {
            if (attributes(moving).isEmpty()) {
                disk.rename(source, moving);
            }
            if (attributes(moving).filter(found -> is(found, file)).isEmpty()) {
                putBack(moving, source);
                return Moved.CHANGED;
            }
            return goneAs(moving);
        } catch (NoSuchFileException e) {
            return Moved.GONE;
        } catch (IOException e) {
            throw DiskTrouble.of(source, "removing", e);
        }
    }

    /// Under its old name, or beside a file that took it meanwhile.
    private void putBack(Path moving, Path source) throws IOException {
        Path place = source;
        for (int n = 2; !link(moving, place); n++) {
            place =
                    source.resolveSibling(
                            FittingName.marked(String.valueOf(source.getFileName()), "~" + n));
        }
        disk.delete(moving);
    }

    /// A second name for a file, never over another.
    ///
    /// @return false where that name is taken
    private boolean link(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (UnsupportedOperationException e) {
            // File systems without links: the look before is all there is.
            if (Files.exists(name)) {
                return false;
            }
            disk.rename(file, name);
            return true;
        }
    }

    @Override
    public void close() {
        // holds nothing open
    }
}

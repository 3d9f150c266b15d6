package dev.lode.publish;

import dev.lode.core.LodeException;
import dev.lode.store.AtomicFile;
import dev.lode.store.Disk;
import dev.lode.store.TempFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Brings the files of a generation to where they are read, each step durable before the next.
final class GenerationFiles {
    private static final String SUMS = "SHA256SUMS";
    private static final String PAGE = "index.html";

    private final PublicationFolder folder;
    private final Disk disk;
    private final TempFiles temp;

    GenerationFiles(PublicationFolder folder, Disk disk, TempFiles temp) {
        this.folder = folder;
        this.disk = disk;
        this.temp = temp;
    }

    void makeFolders() throws IOException {
        for (Path each :
                List.of(
                        folder.files(),
                        folder.segments(),
                        folder.changes(),
                        folder.current(),
                        folder.generations())) {
            disk.createFolders(each);
        }
    }

    /// Generations that a dead run made, but did not come to point to.
    void removeGenerationsAfter(long latest) throws IOException {
        for (long number : folder.numbers()) {
            if (number > latest) {
                disk.rename(folder.resolve(Pointer.folderOf(number)), temp.next());
            }
        }
    }

    long nextNumber(Optional<Manifest> previous) throws IOException {
        long latest = previous.map(Manifest::generation).orElse(0L);
        return 1 + folder.numbers().stream().reduce(latest, Math::max);
    }

    String placeFeed(Path built, long from, long to) throws IOException {
        String name = String.format(Locale.ROOT, "%06d-%06d.jsonl.gz", from, to);
        disk.rename(built, folder.changes().resolve(name));
        return "changes/" + name;
    }

    /// Makes a generation the latest. Its archives and its feed are where they belong already.
    void publish(Manifest manifest) throws IOException {
        for (Path each : List.of(folder.files(), folder.segments(), folder.changes())) {
            disk.sync(each);
        }
        byte[] text = manifest.json().getBytes(StandardCharsets.UTF_8);
        Path built = temp.next();
        disk.createFolders(built);
        write(built.resolve(Manifest.FILE), text);
        write(built.resolve(SUMS), sums(manifest).getBytes(StandardCharsets.UTF_8));
        write(
                built.resolve(PAGE),
                IndexPage.of(manifest, "../../").getBytes(StandardCharsets.UTF_8));
        disk.sync(built);
        disk.rename(built, folder.resolve(Pointer.folderOf(manifest.generation())));
        disk.sync(folder.generations());
        new AtomicFile(disk, temp)
                .write(
                        folder.pointer(),
                        new Pointer(manifest.generation(), Manifest.sha256(text)).json());
    }

    private void write(Path file, byte[] content) throws IOException {
        try (var out = disk.open(file)) {
            out.write(ByteBuffer.wrap(content), 0);
            out.sync();
        }
    }

    /// As `sha256sum` writes and, in the generation's folder, checks them.
    private static String sums(Manifest manifest) {
        var sums = new StringBuilder();
        for (PublishedFile file : manifest.files()) {
            sums.append(file.sha256()).append("  ../../").append(file.path()).append('\n');
        }
        return sums.toString();
    }

    /// Lets the names that stay, and the page, follow the latest generation.
    void finish(Manifest manifest) throws IOException {
        String page = IndexPage.of(manifest, "");
        Path pageFile = folder.resolve(PAGE);
        if (!Files.exists(pageFile) || !Files.readString(pageFile).equals(page)) {
            new AtomicFile(disk, temp).write(pageFile, page);
        }
        var names = new HashSet<String>();
        boolean changed = false;
        for (PublishedFile file : manifest.files()) {
            Path alias = folder.resolve(file.alias());
            names.add(alias.getFileName().toString());
            changed |= link(folder.resolve(file.path()), alias);
        }
        try (Stream<Path> aliases = Files.list(folder.current())) {
            for (Path alias : aliases.toList()) {
                if (!names.contains(alias.getFileName().toString())) {
                    disk.delete(alias);
                    changed = true;
                }
            }
        }
        if (changed) {
            disk.sync(folder.current());
        }
    }

    private boolean link(Path file, Path alias) throws IOException {
        if (!Files.exists(file)) {
            throw LodeException.resource(
                    "\""
                            + file
                            + "\": is missing, though the latest generation has it; the names in \""
                            + folder.current()
                            + "\" are not up to date; restore it, or delete latest.json and"
                            + " publish again");
        }
        if (Files.exists(alias) && Files.isSameFile(file, alias)) {
            return false;
        }
        Path name = temp.next();
        disk.link(file, name);
        disk.rename(name, alias);
        return true;
    }
}

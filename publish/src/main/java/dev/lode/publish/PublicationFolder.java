package dev.lode.publish;

import dev.lode.core.LodeException;
import dev.lode.publish.archive.ArchiveFiles;
import dev.lode.store.DataRoot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where everything of a publication lies, ready to be served by any web server:
///
/// | path | what | changes |
/// |---|---|---|
/// | `latest.json` | which generation is the latest | replaced in one step |
/// | `generations/000042/manifest.json` | everything about that generation | never |
/// | `generations/000042/SHA256SUMS` | for `sha256sum -c`, run in its folder | never |
/// | `files/PARTITION-HASH.tar.gz` | archives; the hash is of the file | never |
/// | `changes/000041-000042.jsonl.gz` | what leads from one generation to the next | never |
/// | `current/PARTITION.tar.gz` | the latest archives under names that stay: *without* the promise that what is read belongs together | each in one step |
/// | `index.html` | for people | replaced in one step |
/// | `segments/` | what Lode needs for the next generation | never |
///
/// @param path the publication's folder
public record PublicationFolder(Path path) {
    private static final Pattern GENERATION = Pattern.compile("\\d{6,18}");

    /// The folder of a publication in a data root.
    public static PublicationFolder of(DataRoot root, Publication publication) {
        return of(root.folder("published"), publication);
    }

    /// The folder of a publication below one that holds the datasets' publications.
    public static PublicationFolder of(Path published, Publication publication) {
        return new PublicationFolder(
                published.resolve(publication.dataset()).resolve(publication.name()));
    }

    /// Where a path of a manifest leads.
    public Path resolve(String relative) {
        return path.resolve(relative);
    }

    Path files() {
        return path.resolve("files");
    }

    Path segments() {
        return path.resolve("segments");
    }

    Path changes() {
        return path.resolve("changes");
    }

    Path current() {
        return path.resolve("current");
    }

    Path generations() {
        return path.resolve("generations");
    }

    Path pointer() {
        return path.resolve(Pointer.FILE);
    }

    /// An archive and its index.
    public ArchiveFiles archive(PublishedFile file) {
        Path archive = resolve(file.path());
        return new ArchiveFiles(archive, indexOf(archive.getFileName().toString()));
    }

    private Path indexOf(String archiveName) {
        return segments().resolve(archiveName + ".segments");
    }

    /// The numbers of the generations that are there, whether anything points to them or not.
    List<Long> numbers() throws IOException {
        if (!Files.isDirectory(generations())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(generations())) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> GENERATION.matcher(name).matches())
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
        }
    }

    /// The manifest of the latest generation; nothing when there is none yet.
    ///
    /// @throws LodeException of kind DATA when the pointer or the manifest is not what was written
    public Optional<Manifest> latest() throws IOException {
        if (!Files.exists(pointer())) {
            return Optional.empty();
        }
        var pointer = Pointer.parse(pointer().toString(), Files.readString(pointer()));
        Path file = path.resolve(pointer.manifestPath());
        byte[] text = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (!Manifest.sha256(text).equals(pointer.manifestSha256())) {
            throw LodeException.data(
                    "\"" + file + "\": is not the manifest that \"" + pointer() + "\" points to");
        }
        return Optional.of(
                Manifest.parse(file.toString(), new String(text, StandardCharsets.UTF_8)));
    }

    /// The manifest of a generation.
    ///
    /// @throws LodeException of kind DATA when it is not there or not what was written
    Manifest manifest(long generation) throws IOException {
        Path folder = path.resolve(Pointer.folderOf(generation));
        Path file = folder.resolve(Manifest.FILE);
        if (!Files.exists(file)) {
            throw LodeException.data(
                    "\""
                            + file
                            + "\": is missing, so nobody knows which files generation "
                            + generation
                            + " has; bring it back, or remove \""
                            + folder
                            + "\"");
        }
        return Manifest.parse(file.toString(), Files.readString(file));
    }
}

package dev.lode.engine.intake;

import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.place.Content;
import dev.lode.core.place.Place;
import dev.lode.postgres.intake.FailedFile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Packs what a bug report about a failed file needs: the file, its reason, the pack, and versions.
/// Nothing of the settings: these may hold secrets.
///
/// @param server the database server's version, as it says
/// @param version of Lode
public record ProblemBundle(Pack pack, IntakePlaces places, String server, String version) {
    private static final long MOST = 256L << 20;

    /// Writes it.
    ///
    /// @param to where, as `name`
    /// @return its size in bytes
    public long write(FailedFile failed, Place to, String name) throws InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            add(zip, "file/" + failed.target(), content(failed.target()));
            add(zip, "reason.txt", (failed.reason() + "\n").getBytes(StandardCharsets.UTF_8));
            if (places.failed().find(ErrorNote.key(failed.target())).isPresent()) {
                add(zip, "error.json", content(ErrorNote.key(failed.target())));
            }
            add(zip, "versions.txt", versions(failed).getBytes(StandardCharsets.UTF_8));
            add(zip, "pack/pack.yaml", Files.readAllBytes(pack.folder().resolve("pack.yaml")));
            if (Files.exists(pack.schemaFile())) {
                add(zip, "pack/schema.sql", Files.readAllBytes(pack.schemaFile()));
            }
        } catch (IOException e) {
            throw LodeException.resource(
                    failed.key() + ": could not be packed: " + e + "; nothing was written", e);
        }
        to.write(
                name,
                new ByteArrayInputStream(bytes.toByteArray()),
                bytes.size(),
                Optional.empty());
        return bytes.size();
    }

    private String versions(FailedFile failed) {
        return "lode "
                + version
                + "\njava "
                + Runtime.version()
                + "\nos "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + "\npostgresql "
                + server
                + "\ndataset "
                + pack.dataset()
                + "\nattempts "
                + failed.attempts()
                + "\nkind "
                + failed.kind()
                + "\n";
    }

    private byte[] content(String key) throws IOException, InterruptedException {
        var file =
                places.failed()
                        .find(key)
                        .orElseThrow(
                                () ->
                                        LodeException.usage(
                                                places.failed().name()
                                                        + ": holds no \""
                                                        + key
                                                        + "\" any more; nothing was written"));
        if (file.size() > MOST) {
            throw LodeException.usage(
                    key
                            + ": is "
                            + file.size()
                            + " bytes long, too large to pack; send it as it is");
        }
        if (places.failed().open(file) instanceof Content.Bytes(var stream)) {
            try (stream) {
                return stream.readAllBytes();
            }
        }
        throw LodeException.remote(key + ": changed while it was read; try again");
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}

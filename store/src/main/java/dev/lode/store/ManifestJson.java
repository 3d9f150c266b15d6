package dev.lode.store;

import dev.lode.core.ContentId;
import dev.lode.core.LodeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A manifest as JSON: always the same bytes for the same manifest. Keys that this version does not
/// know are passed over; a newer format's number is not.
final class ManifestJson {
    static final int VERSION = 1;

    /// Largest file read: about 200,000 entries.
    private static final long LARGEST = 64L << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
    private static final DefaultPrettyPrinter PRINTER =
            new DefaultPrettyPrinter().withObjectIndenter(INDENT).withArrayIndenter(INDENT);

    private ManifestJson() {}

    static byte[] write(DownloadManifest manifest) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("version", VERSION);
        root.put("dataset", manifest.dataset());
        root.put("snapshot", manifest.snapshot().toString());
        root.put("source", manifest.source());
        var files = root.putArray("files");
        for (var entry : manifest.files()) {
            files.addObject()
                    .put("name", entry.name())
                    .put("key", entry.key())
                    .put("size", entry.size())
                    .put("versionTag", entry.versionTag())
                    .put("lastModified", entry.lastModified().toString())
                    .put("contentId", entry.contentId().hex())
                    .put("fetchedAt", entry.fetchedAt().toString());
        }
        byte[] json = MAPPER.writer().with(PRINTER).writeValueAsBytes(root);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    /// The manifest in a file; nothing when there is no such file.
    ///
    /// @throws LodeException of kind DATA when the file is no manifest, or a newer one
    static Optional<DownloadManifest> read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw damaged(file, "more than " + (LARGEST >> 20) + " MiB", null);
            }
            return Optional.of(new Reading(file).manifest(MAPPER.readTree(Files.readAllBytes(file))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw LodeException.resource(
                    "\"" + file + "\": not readable: " + DiskFailure.reason(e)
                            + "; nothing was changed; check its permissions and its disk",
                    e);
        } catch (JacksonException e) {
            var place = e.getLocation();
            String where = place == null
                    ? ""
                    : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
            throw damaged(file, "not JSON" + where + ": " + e.getOriginalMessage(), e);
        }
    }

    private static LodeException damaged(
            Path file, String what, @Nullable Throwable cause) {
        String sentence = "\"" + file + "\": damaged, " + what
                + "; nothing was changed; restore it, or delete it and fetch the snapshot again";
        return cause == null ? LodeException.data(sentence) : LodeException.data(sentence, cause);
    }

    /// Takes a tree apart, and names the place of what is wrong.
    private record Reading(Path file) {
        DownloadManifest manifest(JsonNode root) {
            long version = number(root, "", "version");
            if (version != VERSION) {
                throw LodeException.data(
                        "\"" + file + "\": format version " + version + ", this Lode knows "
                                + VERSION + "; nothing was changed; use the Lode that wrote it, or"
                                + " delete it and fetch the snapshot again");
            }
            var files = root.path("files");
            if (!files.isArray()) {
                throw damaged(file, "\"files\" is not a list", null);
            }
            var byName = new TreeMap<String, ManifestEntry>();
            int at = 0;
            for (var each : files.values()) {
                String place = "files[" + at++ + "].";
                var entry = entry(each, place);
                if (byName.put(entry.name(), entry) != null) {
                    throw damaged(file, place + "name \"" + entry.name() + "\" stands twice", null);
                }
            }
            return new DownloadManifest(
                    text(root, "", "dataset"),
                    value(root, "", "snapshot", LocalDate::parse),
                    text(root, "", "source"),
                    byName);
        }

        private ManifestEntry entry(JsonNode node, String place) {
            long size = number(node, place, "size");
            if (size < 0) {
                throw damaged(file, place + "size is " + size + ", expected 0 bytes or more", null);
            }
            return new ManifestEntry(
                    text(node, place, "name"),
                    text(node, place, "key"),
                    size,
                    text(node, place, "versionTag"),
                    value(node, place, "lastModified", Instant::parse),
                    value(node, place, "contentId", ContentId::new),
                    value(node, place, "fetchedAt", Instant::parse));
        }

        private String text(JsonNode node, String place, String key) {
            return node.path(key)
                    .stringValueOpt()
                    .orElseThrow(() -> damaged(file, place + key + " is not a text", null));
        }

        private long number(JsonNode node, String place, String key) {
            var value = node.path(key);
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw damaged(file, place + key + " is not a whole number", null);
            }
            return value.longValue();
        }

        private <T> T value(JsonNode node, String place, String key, Function<String, T> reader) {
            String text = text(node, place, key);
            try {
                return reader.apply(text);
            } catch (DateTimeException | LodeException e) {
                throw damaged(file, place + key + " is \"" + text + "\"", e);
            }
        }
    }
}

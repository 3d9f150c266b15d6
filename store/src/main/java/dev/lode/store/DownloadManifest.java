package dev.lode.store;

import dev.lode.core.ContentId;
import dev.lode.core.LodeException;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What a snapshot holds and where it came from: `download_manifest.json`. Entries are ordered by
/// name, so that the same files give the same text. The text ends with a digest of itself: a file
/// that was cut, edited or rotted is found out.
///
/// @param entries one per file, ordered by name
public record DownloadManifest(SnapshotId snapshot, List<ManifestEntry> entries) {
    /// The name of the file in the snapshot's folder.
    public static final String FILE = "download_manifest.json";

    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public DownloadManifest {
        entries = entries.stream().sorted(Comparator.comparing(ManifestEntry::name)).toList();
    }

    public static DownloadManifest empty(SnapshotId snapshot) {
        return new DownloadManifest(snapshot, List.of());
    }

    public Optional<ManifestEntry> entry(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /// The same with these entries, in place of older ones of their names.
    public DownloadManifest with(Collection<ManifestEntry> fetched) {
        var byName = new TreeMap<String, ManifestEntry>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        fetched.forEach(entry -> byName.put(entry.name(), entry));
        return new DownloadManifest(snapshot, List.copyOf(byName.values()));
    }

    /// The same without an entry.
    public DownloadManifest without(String name) {
        return new DownloadManifest(
                snapshot, entries.stream().filter(entry -> !entry.name().equals(name)).toList());
    }

    /// The text of the file.
    public String json() {
        ObjectNode root = content();
        root.put("sha256", digest(root));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// Reads the text of a file.
    ///
    /// @param place what messages call it
    /// @throws LodeException of kind DATA when it is damaged
    public static DownloadManifest parse(String place, String text) {
        try {
            if (!(JSON.readTree(text) instanceof ObjectNode root)) {
                throw damaged(place, "it is no JSON object", null);
            }
            String expected = text(root, "sha256");
            root.remove("sha256");
            if (root.path("version").asInt(0) != VERSION) {
                throw damaged(
                        place,
                        "version " + root.path("version") + " found, " + VERSION + " expected",
                        null);
            }
            if (!digest(root).equals(expected)) {
                throw damaged(place, "its content does not match its own digest", null);
            }
            var snapshot =
                    new SnapshotId(text(root, "dataset"), LocalDate.parse(text(root, "date")));
            var entries = new ArrayList<ManifestEntry>();
            for (JsonNode node : root.path("files")) {
                entries.add(entry(node));
            }
            return new DownloadManifest(snapshot, entries);
        } catch (JacksonException | DateTimeParseException | IllegalArgumentException e) {
            throw damaged(place, String.valueOf(e.getMessage()), e);
        }
    }

    private ObjectNode content() {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.put("dataset", snapshot.dataset());
        root.put("date", snapshot.date().toString());
        var files = root.putArray("files");
        for (ManifestEntry entry : entries) {
            var file = files.addObject();
            file.put("name", entry.name())
                    .put("key", entry.key())
                    .put("size", entry.size())
                    .put("etag", entry.versionTag())
                    .put("last_modified", entry.lastModified().toString())
                    .put("content_id", entry.contentId().hex())
                    .put("fetched_at", entry.fetchedAt().toString())
                    .put("source", entry.source());
            if (entry.freed()) {
                file.put("freed", true);
            }
        }
        return root;
    }

    private static ManifestEntry entry(JsonNode node) {
        return new ManifestEntry(
                text(node, "name"),
                text(node, "key"),
                node.required("size").asLong(),
                text(node, "etag"),
                Instant.parse(text(node, "last_modified")),
                new ContentId(text(node, "content_id")),
                Instant.parse(text(node, "fetched_at")),
                text(node, "source"),
                node.path("freed").asBoolean(false));
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).asString();
    }

    private static String digest(ObjectNode content) {
        try {
            byte[] compact = JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(compact));
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }

    private static LodeException damaged(
            String place, String how, @org.jspecify.annotations.Nullable Exception cause) {
        String sentence =
                "\""
                        + place
                        + "\": damaged: "
                        + how
                        + "; nothing was changed; delete it and fetch again";
        return cause == null ? LodeException.data(sentence) : LodeException.data(sentence, cause);
    }
}

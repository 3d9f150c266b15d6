package dev.lode.publish;

import dev.lode.core.LodeException;
import dev.lode.publish.archive.ArchiveFacts;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Everything that is to be known of one generation: `manifest.json`.
///
/// @param generation its number, from 1; later ones have greater numbers
/// @param created when it was made
/// @param shape [identity][dev.lode.publish.archive.FileShape#identity()] of its archives' shape
/// @param content SHA-256 over a line `PARTITION<tab>CONTENT<line feed>` for each partition in
///   order
/// @param isPublic whether anybody may have it
/// @param files its archives: one per partition, ordered by partition, and the one of all, if there
///   is one, behind them
/// @param feeds the change feeds that are kept, oldest first; the last one leads here
public record Manifest(
        String dataset,
        String publication,
        String title,
        long generation,
        Instant created,
        String format,
        String shape,
        String content,
        boolean isPublic,
        List<PublishedFile> files,
        List<PublishedFeed> feeds) {
    /// The name of the file.
    public static final String FILE = "manifest.json";

    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Manifest {
        files = List.copyOf(files);
        feeds = List.copyOf(feeds);
    }

    /// The archive of a partition, or [of all][Publication#ALL].
    public Optional<PublishedFile> file(String partition) {
        return files.stream().filter(file -> file.partition().equals(partition)).findFirst();
    }

    /// Items in all partitions.
    public long items() {
        return files.stream()
                .filter(file -> !file.partition().equals(Publication.ALL))
                .mapToLong(PublishedFile::items)
                .sum();
    }

    /// The digest that a generation's content has.
    static String contentOf(List<PublishedFile> files) {
        var sha256 = sha256();
        for (PublishedFile file : files) {
            if (!file.partition().equals(Publication.ALL)) {
                sha256.update(
                        (file.partition() + "\t" + file.content() + "\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }

    /// The text of the file.
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION)
                .put("dataset", dataset)
                .put("publication", publication)
                .put("title", title)
                .put("generation", generation)
                .put("created", created.toString())
                .put("public", isPublic)
                .put("format", format)
                .put("shape", shape)
                .put("items", items())
                .put("content", content);
        var fileNodes = root.putArray("files");
        for (PublishedFile file : files) {
            fileNodes
                    .addObject()
                    .put("partition", file.partition())
                    .put("path", file.path())
                    .put("alias", file.alias())
                    .put("items", file.items())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256())
                    .put("content", file.content())
                    .put("last_change", file.lastChange().toString())
                    .putObject("body")
                    .put("offset", file.body().offset())
                    .put("bytes", file.body().stored())
                    .put("raw_bytes", file.body().raw())
                    .put("crc32", hex(file.body().crc()))
                    .put("stored_crc32c", hex(file.body().storedCrc()));
        }
        var feedNodes = root.putArray("changes");
        for (PublishedFeed feed : feeds) {
            feedNodes
                    .addObject()
                    .put("path", feed.path())
                    .put("from", feed.from())
                    .put("to", feed.to())
                    .put("bytes", feed.bytes())
                    .put("sha256", feed.sha256())
                    .put("upserts", feed.upserts())
                    .put("deletes", feed.deletes());
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// Reads the text of a file.
    ///
    /// @param place what messages call it
    /// @throws LodeException of kind DATA when it is none
    public static Manifest parse(String place, String text) {
        try {
            JsonNode root = JSON.readTree(text);
            if (root.path("version").asInt(0) != VERSION) {
                throw unreadable(
                        place,
                        "version " + root.path("version") + " found, " + VERSION + " expected",
                        null);
            }
            var files = new ArrayList<PublishedFile>();
            for (JsonNode node : root.required("files")) {
                files.add(file(node));
            }
            var feeds = new ArrayList<PublishedFeed>();
            for (JsonNode node : root.required("changes")) {
                feeds.add(
                        new PublishedFeed(
                                text(node, "path"),
                                number(node, "from"),
                                number(node, "to"),
                                number(node, "bytes"),
                                text(node, "sha256"),
                                number(node, "upserts"),
                                number(node, "deletes")));
            }
            return new Manifest(
                    text(root, "dataset"),
                    text(root, "publication"),
                    text(root, "title"),
                    number(root, "generation"),
                    Instant.parse(text(root, "created")),
                    text(root, "format"),
                    text(root, "shape"),
                    text(root, "content"),
                    root.required("public").asBoolean(false),
                    files,
                    feeds);
        } catch (JacksonException e) {
            throw unreadable(place, e.getOriginalMessage(), e);
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw unreadable(place, String.valueOf(e.getMessage()), e);
        }
    }

    private static PublishedFile file(JsonNode node) {
        JsonNode body = node.required("body");
        return new PublishedFile(
                text(node, "partition"),
                text(node, "path"),
                text(node, "alias"),
                number(node, "bytes"),
                text(node, "sha256"),
                text(node, "content"),
                number(node, "items"),
                new ArchiveFacts.Body(
                        number(body, "offset"),
                        number(body, "bytes"),
                        number(body, "raw_bytes"),
                        Integer.parseUnsignedInt(text(body, "crc32"), 16),
                        Integer.parseUnsignedInt(text(body, "stored_crc32c"), 16)),
                Instant.parse(text(node, "last_change")));
    }

    private static String hex(int number) {
        return HexFormat.of().toHexDigits(number);
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).asString();
    }

    private static long number(JsonNode node, String field) {
        return node.required(field).asLong();
    }

    private static LodeException unreadable(String place, String how, @Nullable Exception cause) {
        String sentence =
                "\""
                        + place
                        + "\": is no manifest: "
                        + how
                        + "; nothing was changed; delete its folder and publish again";
        return cause == null ? LodeException.data(sentence) : LodeException.data(sentence, cause);
    }
}

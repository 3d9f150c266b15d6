package dev.lode.engine.fetch;

import dev.lode.core.ContentId;
import dev.lode.source.Item;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What is known about a partial file, as the text beside it: which version of the item it is of,
/// and the SHA-256 of each finished chunk. The text only grows; a last line that was cut is no
/// line.
///
/// @param version what must be the same for the bytes to be of use
/// @param chunks digests by the chunk's number
record PartialState(String version, Map<Integer, String> chunks) {
    private static final Pattern CHUNK = Pattern.compile("(\\d{1,9}) ([0-9a-f]{64})");

    static PartialState of(Item item) {
        return new PartialState(version(item), Map.of());
    }

    /// Nothing when the text is of another version, or of no sense.
    static Optional<PartialState> parse(Item item, String text) {
        String version = version(item);
        if (!text.startsWith(version + "\n")) {
            return Optional.empty();
        }
        var chunks = new TreeMap<Integer, String>();
        int from = version.length() + 1;
        for (int end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
            var line = CHUNK.matcher(text.substring(from, end));
            if (line.matches()) {
                chunks.put(Integer.parseInt(line.group(1)), line.group(2));
            }
            from = end + 1;
        }
        return Optional.of(new PartialState(version, chunks));
    }

    String text() {
        var text = new StringBuilder(version).append('\n');
        new TreeMap<>(chunks).forEach((number, digest) -> text.append(line(number, digest)));
        return text.toString();
    }

    static String line(int number, String digest) {
        return number + " " + digest + "\n";
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /// One line; keys of a source may hold anything, so they are quoted.
    private static String version(Item item) {
        String key = item.key().replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return "lode-partial 1 "
                + ContentId.CHUNK
                + " "
                + item.size()
                + " "
                + item.lastModified()
                + " "
                + item.versionTag().replace(' ', '_')
                + " "
                + key;
    }
}

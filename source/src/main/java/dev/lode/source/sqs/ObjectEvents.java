package dev.lode.source.sqs;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads what S3 sends to a queue when an object is made (Amazon S3 user guide, "Event message
/// structure"), also where it comes through a topic of SNS.
final class ObjectEvents {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_WRAPPINGS = 2;

    private ObjectEvents() {}

    /// The keys of new objects below a prefix, without it; none for test events and those about
    /// other buckets or removals.
    ///
    /// @return empty when the message is none of S3's
    static Optional<List<String>> keys(String message, String bucket, String prefix) {
        try {
            return keys(JSON.readTree(message), bucket, prefix, 0);
        } catch (JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> keys(
            JsonNode event, String bucket, String prefix, int wrappings) {
        if (event.path("Message").isString() && wrappings < MOST_WRAPPINGS) {
            return keys(
                    JSON.readTree(event.path("Message").stringValue()),
                    bucket,
                    prefix,
                    wrappings + 1);
        }
        if ("s3:TestEvent".equals(text(event.path("Event")))) {
            return Optional.of(List.of());
        }
        if (!event.path("Records").isArray()) {
            return Optional.empty();
        }
        var keys = new ArrayList<String>();
        for (var each : event.path("Records")) {
            var object = each.path("s3").path("object").path("key");
            boolean made = text(each.path("eventName")).contains("ObjectCreated");
            if (!made || !bucket.equals(text(each.path("s3").path("bucket").path("name")))) {
                continue;
            }
            // Keys are encoded as in a form: a blank is a plus.
            var key = URLDecoder.decode(text(object), StandardCharsets.UTF_8);
            if (key.startsWith(prefix) && key.length() > prefix.length() && !key.endsWith("/")) {
                keys.add(key.substring(prefix.length()));
            }
        }
        return Optional.of(keys);
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : "";
    }
}

package dev.lode.source.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.Secret;
import dev.lode.source.s3.S3Settings;
import dev.lode.testkit.sqs.LyingQueue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

class SqsQueueTest {
    private static SqsQueue queue(LyingQueue server, Duration hidden) {
        return SqsQueue.of(
                new SqsQueue.Settings(
                        server.url(),
                        Optional.of(server.endpoint()),
                        "us-east-1",
                        new S3Settings.Access.Keys("key", Secret.of("secret"), Optional.empty()),
                        "city",
                        "in/",
                        hidden,
                        Duration.ZERO));
    }

    private static String event(String... keys) {
        var records =
                List.of(keys).stream()
                        .map(
                                key ->
                                        "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":"
                                                + "{\"name\":\"city\"},\"object\":{\"key\":\""
                                                + key
                                                + "\"}}}")
                        .toList();
        return "{\"Records\":[" + String.join(",", records) + "]}";
    }

    @Test
    void messagesAreAcknowledgedWhenAllTheirFilesAreDealtWithWhateverTheQueueDoes()
            throws Exception {
        try (var server = LyingQueue.start(1);
                var queue = queue(server, Duration.ofSeconds(60))) {
            for (int i = 0; i < 20; i++) {
                server.send(event("in/a" + i + ".json", "in/b" + i + ".json"));
            }
            server.send(
                    "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"city\"}");
            server.send(event("elsewhere/x.json"));
            server.send(event("in/caf%C3%A9+1%2B2.json"));
            var seen = new TreeSet<String>();
            for (int round = 0; round < 200 && seen.size() < 41; round++) {
                seen.addAll(queue.take());
            }
            assertThat(seen).hasSize(41).contains("café 1+2.json", "a0.json", "b19.json");

            seen.stream().filter(key -> !key.startsWith("b")).forEach(queue::dealtWith);
            for (int round = 0; round < 50; round++) {
                queue.take();
            }
            assertThat(server.left()).hasSize(20);

            for (int round = 0; round < 200 && !server.left().isEmpty(); round++) {
                // What comes again is dealt with again.
                queue.take().forEach(queue::dealtWith);
                seen.forEach(queue::dealtWith);
            }
            assertThat(server.left()).isEmpty();
        }
    }

    @Test
    void aMessageThatIsNoneOfTheStoresIsLeftToTheQueue() throws Exception {
        try (var server = LyingQueue.start(2);
                var queue = queue(server, Duration.ofSeconds(60))) {
            server.send("hello");
            assertThat(queue.take()).isEmpty();
            queue.take();
            assertThat(server.left()).containsExactly("hello");
        }
    }

    @Test
    void aMessageWhoseFilesTakeLongIsKeptFromOthers() throws Exception {
        try (var server = LyingQueue.start(3);
                var queue = queue(server, Duration.ZERO)) {
            server.send(event("in/slow.json"));
            queue.take();
            queue.take();
            assertThat(server.prolonged()).isPositive();
        }
    }

    @Test
    void anEventMayComeThroughATopic() {
        var wrapped =
                "{\"Type\":\"Notification\",\"Message\":\""
                        + event("in/a.json").replace("\"", "\\\"")
                        + "\"}";
        assertThat(ObjectEvents.keys(wrapped, "city", "in/")).contains(List.of("a.json"));
    }
}

package dev.lode.source.sqs;

import dev.lode.core.LodeException;
import dev.lode.core.place.Announcements;
import dev.lode.source.s3.S3Settings;
import dev.lode.source.s3.StoreAccess;

import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Messages of a queue about new objects. Each is acknowledged when all files that it tells of are
/// dealt with, and kept from other receivers until then. A message that is none of S3's is left to
/// the queue's own rules for such (its dead-letter queue).
///
/// [#take] belongs to one thread; [#dealtWith] may be called by any.
public final class SqsQueue implements Announcements, AutoCloseable {
    private static final int BATCH = 10;
    private static final int MOST_HELD = 2000;
    private static final int RECEIVES = 20;

    private final Settings settings;
    private final SqsClient client;
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Set<String>> waiting = new HashMap<>();
    private final List<Held> done = new ArrayList<>();
    private long nextReceive = System.nanoTime();

    /// Where the queue is.
    ///
    /// @param url of the queue
    /// @param endpoint of a service other than Amazon's own
    /// @param bucket whose objects matter
    /// @param prefix of their keys
    /// @param hidden how long a message that was received is kept from other receivers, at a time
    /// @param pause between two requests for messages when there were none
    public record Settings(
            URI url,
            Optional<URI> endpoint,
            String region,
            S3Settings.Access access,
            String bucket,
            String prefix,
            Duration hidden,
            Duration pause) {}

    /// A message in hand.
    private static final class Held {
        private final String id;
        private String receipt;
        private final Set<String> keys;
        private long hiddenUntil;

        Held(String id, String receipt, Set<String> keys, long hiddenUntil) {
            this.id = id;
            this.receipt = receipt;
            this.keys = keys;
            this.hiddenUntil = hiddenUntil;
        }
    }

    private SqsQueue(Settings settings, SqsClient client) {
        this.settings = settings;
        this.client = client;
    }

    /// Opens no connection yet.
    public static SqsQueue of(Settings settings) {
        var builder =
                SqsClient.builder()
                        .region(Region.of(settings.region()))
                        .credentialsProvider(StoreAccess.credentials(settings.access()))
                        .overrideConfiguration(
                                override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .httpClientBuilder(Apache5HttpClient.builder());
        settings.endpoint().ifPresent(builder::endpointOverride);
        return new SqsQueue(settings, builder.build());
    }

    @Override
    public List<String> take() throws InterruptedException {
        try {
            acknowledge();
            prolong();
            return receive();
        } catch (AbortedException e) {
            var interrupted = new InterruptedException("interrupted at the queue");
            interrupted.initCause(e);
            throw interrupted;
        } catch (SdkException e) {
            nextReceive = System.nanoTime() + settings.pause().toNanos() * 5;
            throw LodeException.remote(
                    settings.url() + ": no answer of the queue: " + e.getMessage(), e);
        }
    }

    private List<String> receive() {
        var keys = new ArrayList<String>();
        for (int round = 0; round < RECEIVES; round++) {
            if (System.nanoTime() < nextReceive || count() >= MOST_HELD) {
                return keys;
            }
            var messages =
                    client.receiveMessage(
                                    request ->
                                            request.queueUrl(settings.url().toString())
                                                    .maxNumberOfMessages(BATCH)
                                                    .waitTimeSeconds(0)
                                                    .visibilityTimeout(
                                                            (int) settings.hidden().toSeconds()))
                            .messages();
            messages.forEach(message -> keys.addAll(hold(message)));
            if (messages.size() < BATCH) {
                nextReceive = System.nanoTime() + settings.pause().toNanos();
                return keys;
            }
        }
        return keys;
    }

    private synchronized int count() {
        return held.size();
    }

    /// @return the keys that it tells of
    private synchronized List<String> hold(Message message) {
        var keys = ObjectEvents.keys(message.body(), settings.bucket(), settings.prefix());
        if (keys.isEmpty()) {
            return List.of();
        }
        long until = System.nanoTime() + settings.hidden().toNanos();
        var before = held.get(message.messageId());
        if (before != null) {
            // Delivered once more: only the newest receipt acknowledges it.
            before.receipt = message.receiptHandle();
            before.hiddenUntil = until;
            return List.copyOf(before.keys);
        }
        var one =
                new Held(
                        message.messageId(),
                        message.receiptHandle(),
                        new HashSet<>(keys.get()),
                        until);
        if (one.keys.isEmpty()) {
            done.add(one);
            return List.of();
        }
        held.put(one.id, one);
        for (var key : one.keys) {
            waiting.computeIfAbsent(key, _ -> new HashSet<>()).add(one.id);
        }
        return List.copyOf(one.keys);
    }

    @Override
    public synchronized void dealtWith(String key) {
        var messages = waiting.remove(key);
        if (messages == null) {
            return;
        }
        for (var id : messages) {
            var one = held.get(id);
            if (one != null && one.keys.remove(key) && one.keys.isEmpty()) {
                held.remove(id);
                done.add(one);
            }
        }
    }

    private synchronized List<Held> finished() {
        var all = List.copyOf(done);
        done.clear();
        return all;
    }

    private void acknowledge() {
        var all = finished();
        for (int from = 0; from < all.size(); from += BATCH) {
            var batch = all.subList(from, Math.min(all.size(), from + BATCH));
            var entries = new ArrayList<DeleteMessageBatchRequestEntry>();
            for (int i = 0; i < batch.size(); i++) {
                entries.add(
                        DeleteMessageBatchRequestEntry.builder()
                                .id(String.valueOf(i))
                                .receiptHandle(batch.get(i).receipt)
                                .build());
            }
            // One that is not taken is delivered again, found to be done, and acknowledged then.
            client.deleteMessageBatch(
                    request -> request.queueUrl(settings.url().toString()).entries(entries));
        }
    }

    /// Messages whose time runs out while their files wait.
    private void prolong() {
        var entries = new ArrayList<ChangeMessageVisibilityBatchRequestEntry>();
        int seconds = (int) settings.hidden().toSeconds();
        synchronized (this) {
            long now = System.nanoTime();
            for (var one : held.values()) {
                if (entries.size() < BATCH
                        && one.hiddenUntil - now <= settings.hidden().toNanos() / 2) {
                    one.hiddenUntil = now + settings.hidden().toNanos();
                    entries.add(
                            ChangeMessageVisibilityBatchRequestEntry.builder()
                                    .id(String.valueOf(entries.size()))
                                    .receiptHandle(one.receipt)
                                    .visibilityTimeout(seconds)
                                    .build());
                }
            }
        }
        if (!entries.isEmpty()) {
            client.changeMessageVisibilityBatch(
                    request -> request.queueUrl(settings.url().toString()).entries(entries));
        }
    }

    /// Acknowledges what is done. The rest is delivered to others.
    @Override
    public void close() {
        try (client) {
            acknowledge();
        } catch (SdkException e) {
            // Delivered again then, and found to be done.
            return;
        }
    }
}

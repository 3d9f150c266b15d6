package dev.lode.testkit.sqs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// A queue as SQS promises it and no better: messages come in any order, some twice in one answer,
/// and some again after they were acknowledged. Speaks the AWS JSON 1.0 protocol of Amazon SQS as
/// far as the client of Lode uses it. Visibility is given up at each receipt: whatever is not
/// acknowledged may come again at any time.
///
/// Safe for use by several threads.
public final class LyingQueue implements AutoCloseable {
    private static final Pattern RECEIPT =
            Pattern.compile("\"ReceiptHandle\"\\s*:\\s*\"([^\"]*)\"");

    private final HttpServer server;
    private final Random random;
    private final Map<String, String> messages = new LinkedHashMap<>();
    private final List<String> acknowledged = new ArrayList<>();
    private final List<String> again = new ArrayList<>();
    private final AtomicInteger prolonged = new AtomicInteger();
    private int count;

    private LyingQueue(HttpServer server, long seed) {
        this.server = server;
        this.random = new Random(seed);
    }

    /// Starts on a free port of 127.0.0.1.
    public static LyingQueue start(long seed) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var queue = new LyingQueue(server, seed);
        server.createContext("/", queue::answer);
        server.start();
        return queue;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public URI url() {
        return endpoint().resolve("/000000000000/arrivals");
    }

    public synchronized void send(String body) {
        messages.put("message-" + ++count, body);
    }

    /// Messages that nobody acknowledged.
    public synchronized List<String> left() {
        return List.copyOf(messages.values());
    }

    /// How often messages were kept from others for longer.
    public int prolonged() {
        return prolonged.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        String answer =
                switch (target == null ? "" : target.replace("AmazonSQS.", "")) {
                    case "ReceiveMessage" -> receive();
                    case "DeleteMessageBatch" -> delete(body);
                    case "ChangeMessageVisibilityBatch" -> {
                        prolonged.incrementAndGet();
                        yield "{\"Successful\":[],\"Failed\":[]}";
                    }
                    default -> "";
                };
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(answer.isEmpty() ? 400 : 200, Math.max(1, bytes.length));
        try (var out = exchange.getResponseBody()) {
            out.write(bytes.length == 0 ? new byte[] {' '} : bytes);
        }
    }

    private synchronized String receive() {
        var ids = new ArrayList<>(messages.keySet());
        Collections.shuffle(ids, random);
        var given = new ArrayList<>(ids.subList(0, Math.min(ids.size(), 7)));
        if (!given.isEmpty()) {
            // The same once more, in one answer.
            given.add(given.getFirst());
        }
        var entries = new ArrayList<String>();
        for (var id : given) {
            entries.add(entry(id, messages.getOrDefault(id, "")));
        }
        // One that is acknowledged already.
        if (!again.isEmpty()) {
            var body = again.removeFirst();
            entries.add(entry("late-" + random.nextInt(1_000_000), body));
        }
        return "{\"Messages\":[" + String.join(",", entries) + "]}";
    }

    private String entry(String id, String body) {
        return "{\"MessageId\":"
                + quoted(id)
                + ",\"ReceiptHandle\":"
                + quoted(id + "#" + random.nextInt(1_000_000))
                + ",\"MD5OfBody\":"
                + quoted(md5(body))
                + ",\"Body\":"
                + quoted(body)
                + "}";
    }

    private synchronized String delete(String request) {
        var receipts = RECEIPT.matcher(request);
        while (receipts.find()) {
            var id = receipts.group(1).replaceFirst("#.*", "");
            var body = messages.remove(id);
            if (body != null) {
                acknowledged.add(body);
                if (acknowledged.size() % 3 == 1) {
                    again.add(body);
                }
            }
        }
        return "{\"Successful\":[],\"Failed\":[]}";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("MD5")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

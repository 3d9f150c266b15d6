package dev.lode.testkit.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/// An HTTP/1.1 proxy on 127.0.0.1 in front of one server, that does to chosen requests what
/// networks do. Without a rule a request passes unchanged. One request per connection. Every
/// request is logged before it is answered.
///
/// Rules are taken in the order given; the first that matches and is not used up decides. Nothing
/// depends on time: a stall ends when the client goes or the proxy is closed.
public final class FaultyProxy implements AutoCloseable {
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "upgrade", "http2-settings", "keep-alive");

    private final URI server;
    private final ServerSocket listener;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch stalled = new CountDownLatch(1);

    private FaultyProxy(URI server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    /// Starts one in front of `server`, such as `http://127.0.0.1:8080`.
    public static FaultyProxy before(URI server) {
        try {
            var proxy =
                    new FaultyProxy(
                            server, new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("faulty-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where clients connect.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /// The next request that matches suffers the fault; those after it pass.
    public FaultyProxy once(Predicate<Request> which, Fault fault) {
        return times(1, which, fault);
    }

    /// The next `count` requests that match suffer the fault.
    public FaultyProxy times(int count, Predicate<Request> which, Fault fault) {
        synchronized (rules) {
            rules.add(new Rule(which, fault, count));
        }
        return this;
    }

    /// Every request that matches suffers the fault.
    public FaultyProxy always(Predicate<Request> which, Fault fault) {
        return times(Integer.MAX_VALUE, which, fault);
    }

    /// Requests for an object's bytes: GET of a path that ends so.
    public static Predicate<Request> getOf(String pathEnd) {
        return request -> request.method().equals("GET") && request.path().endsWith(pathEnd);
    }

    /// Every request so far, in the order of arrival.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<Request> requests(Predicate<Request> which) {
        return requests.stream().filter(which).toList();
    }

    /// Forgets the requests so far.
    public void forgetRequests() {
        requests.clear();
    }

    /// Waits until a request stalls.
    public void awaitStall() throws InterruptedException {
        stalled.await();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                open.add(client);
                if (closed.getCount() == 0) {
                    // An accept that was under way may still bring a client after the close.
                    client.close();
                    return;
                }
                Thread.ofVirtual().name("faulty-proxy-exchange").start(() -> serve(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            Optional<Request> request = readRequest(client.getInputStream());
            if (request.isPresent()) {
                requests.add(request.get());
                answer(client, request.get(), faultFor(request.get()));
            }
        } catch (IOException _) {
            // The client or the server went away: that is what this proxy is for.
        } finally {
            open.remove(client);
        }
    }

    private Optional<Fault> faultFor(Request request) {
        synchronized (rules) {
            for (Rule rule : rules) {
                if (rule.left > 0 && rule.which.test(request)) {
                    rule.left--;
                    return Optional.of(rule.fault);
                }
            }
        }
        return Optional.empty();
    }

    private void answer(Socket client, Request request, Optional<Fault> fault) throws IOException {
        if (fault.isPresent()
                && fault.get() instanceof Fault.Answer(int status, var headers, String body)) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            var head = new LinkedHashMap<>(headers);
            head.put("Content-Length", String.valueOf(bytes.length));
            writeHead(client.getOutputStream(), "HTTP/1.1 " + status + " Scripted", head);
            client.getOutputStream().write(bytes);
            return;
        }
        if (fault.isPresent() && fault.get() instanceof Fault.Refuse) {
            reset(client);
            return;
        }
        if (fault.isPresent() && fault.get() instanceof Fault.Before(Runnable act)) {
            act.run();
        }
        try (var upstream = new Socket(server.getHost(), server.getPort())) {
            open.add(upstream);
            forward(client, upstream, request);
            relay(client, upstream.getInputStream(), fault);
        }
    }

    private static void forward(Socket client, Socket upstream, Request request)
            throws IOException {
        var headers = new LinkedHashMap<>(request.headers());
        headers.keySet().removeAll(HOP_BY_HOP);
        writeHead(
                upstream.getOutputStream(),
                request.method() + " " + request.target() + " HTTP/1.1",
                headers);
        long body = request.header("content-length").map(Long::parseLong).orElse(0L);
        for (long left = body; left > 0; ) {
            byte[] bytes = client.getInputStream().readNBytes((int) Math.min(left, 1 << 16));
            if (bytes.length == 0) {
                throw new IOException("request cut");
            }
            upstream.getOutputStream().write(bytes);
            left -= bytes.length;
        }
        upstream.getOutputStream().flush();
    }

    private void relay(Socket client, InputStream answer, Optional<Fault> fault)
            throws IOException {
        String status =
                readLine(answer).orElseThrow(() -> new IOException("server gave no answer"));
        Map<String, String> headers = readHeaders(answer);
        headers.keySet().removeIf(name -> name.equalsIgnoreCase("connection"));
        fault.ifPresent(f -> alter(headers, f));
        var out = client.getOutputStream();
        writeHead(out, status, headers);
        var pipe = new Pipe(answer, out);
        switch (fault.orElse(null)) {
            case Fault.CutAfter(long bytes) -> {
                pipe.pass(bytes);
                reset(client);
            }
            case Fault.EndAfter(long bytes) -> pipe.pass(bytes);
            case Fault.StallAfter(long bytes) -> {
                pipe.pass(bytes);
                stall(client);
            }
            case Fault.Corrupt(long at) -> {
                pipe.pass(at);
                out.write(answer.read() ^ 0xff);
                pipe.pass(Long.MAX_VALUE);
            }
            case Fault.Amid(long bytes, Runnable act) -> {
                pipe.pass(bytes);
                act.run();
                pipe.pass(Long.MAX_VALUE);
            }
            case Fault.LieAboutLength(long difference) when difference < 0 ->
                    pipe.pass(length(headers));
            case null, default -> pipe.pass(Long.MAX_VALUE);
        }
    }

    private static void alter(Map<String, String> headers, Fault fault) {
        switch (fault) {
            case Fault.LieAboutLength(long difference) -> {
                long length = length(headers) + difference;
                headers.keySet().removeIf(name -> name.equalsIgnoreCase("content-length"));
                headers.put("Content-Length", String.valueOf(length));
            }
            case Fault.Without(String header) ->
                    headers.keySet().removeIf(name -> name.equalsIgnoreCase(header));
            case Fault.WithHeader(String name, String value) -> {
                headers.keySet().removeIf(other -> other.equalsIgnoreCase(name));
                headers.put(name, value);
            }
            case Fault.Answer _,
                    Fault.CutAfter _,
                    Fault.EndAfter _,
                    Fault.Refuse _,
                    Fault.StallAfter _,
                    Fault.Corrupt _,
                    Fault.Before _,
                    Fault.Amid _ -> {
                // The head passes as it is.
            }
        }
    }

    private static long length(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("content-length"))
                .mapToLong(header -> Long.parseLong(header.getValue()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "the answer has no Content-Length to lie about"));
    }

    private void stall(Socket client) throws IOException {
        stalled.countDown();
        // A client that gives up closes: its end of stream, or the reset, ends the stall; so does
        // closing this proxy.
        while (client.getInputStream().read() >= 0) {
            if (closed.getCount() == 0) {
                return;
            }
        }
    }

    private static void reset(Socket client) throws IOException {
        client.getOutputStream().flush();
        client.setSoLinger(true, 0);
        client.close();
    }

    private static Optional<Request> readRequest(InputStream in) throws IOException {
        Optional<String> line = readLine(in);
        if (line.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = line.get().split(" ", -1);
        var headers = new LinkedHashMap<String, String>();
        readHeaders(in).forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return Optional.of(new Request(parts[0], parts[1], headers));
    }

    private static Map<String, String> readHeaders(InputStream in) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        for (String line = readLine(in).orElse("");
                !line.isEmpty();
                line = readLine(in).orElse("")) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).trim());
        }
        return headers;
    }

    private static Optional<String> readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return Optional.of(line.toString(StandardCharsets.ISO_8859_1).replace("\r", ""));
            }
            line.write(c);
        }
        return Optional.empty();
    }

    private static void writeHead(OutputStream out, String first, Map<String, String> headers)
            throws IOException {
        var head = new StringBuilder(first).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Connection: close\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Rule {
        final Predicate<Request> which;
        final Fault fault;
        int left;

        Rule(Predicate<Request> which, Fault fault, int left) {
            this.which = which;
            this.fault = fault;
            this.left = left;
        }
    }

    private record Pipe(InputStream in, OutputStream out) {
        void pass(long bytes) throws IOException {
            byte[] buffer = new byte[1 << 16];
            for (long left = bytes; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    return;
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
    }
}

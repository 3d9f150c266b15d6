package dev.lode.testkit.s3;

import dev.lode.demo.s3.LocalS3Server;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/// A bucket of its own for one test, in an S3 server that all tests of the process share: starting
/// one takes a second, a bucket nothing. Anybody may read it. The server ends with the process.
///
/// @param server that holds it
/// @param name of the bucket
public record TestBucket(LocalS3Server server, String name) {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /// An empty bucket that no other test knows.
    public static TestBucket fresh() {
        var server = Shared.SERVER;
        String name = "bucket-" + COUNT.incrementAndGet();
        server.createBucket(name);
        return new TestBucket(server, name);
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /// Writes an object, over one of the same key.
    public void put(String key, byte[] content) {
        server.put(name, key, content);
    }

    public void remove(String key) {
        server.remove(name, key);
    }

    private static final class Shared {
        static final LocalS3Server SERVER = LocalS3Server.inMemory();
    }
}

package dev.lode.demo.s3;

import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

import software.amazon.awssdk.services.s3.model.PutObjectRequest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/// An S3 server on 127.0.0.1 and a free port: lists in pages, serves ranges, honours `If-Match`.
/// Requests are path style: `http://127.0.0.1:port/bucket/key`.
///
/// Safe for use by several threads. Stops when closed; a folder that it serves stays as it is.
public final class LocalS3Server implements AutoCloseable {
    private final BlobStore store;
    private final S3Proxy proxy;

    private LocalS3Server(BlobStore store, S3Proxy proxy) {
        this.store = store;
        this.proxy = proxy;
    }

    /// Serves a folder to anybody: its child folders are the buckets, the files below them the
    /// objects, read where they are. The folder may change while it is served.
    ///
    /// @throws LodeException of kind RESOURCE when the folder is missing or the server cannot start
    public static LocalS3Server overFolder(Path buckets) {
        if (!Files.isDirectory(buckets)) {
            throw LodeException.resource(
                    "S3 server: \""
                            + buckets
                            + "\" is not a folder, expected a folder of buckets;"
                            + " not started; create it or name another");
        }
        var settings = new Properties();
        settings.setProperty("jclouds.filesystem.basedir", buckets.toAbsolutePath().toString());
        return start(
                new VersionedFiles(BlobStores.create("filesystem", settings), buckets),
                Access.ANYBODY);
    }

    /// Serves objects kept in memory to anybody.
    public static LocalS3Server inMemory() {
        return start(BlobStores.create("transient", new Properties()), Access.ANYBODY);
    }

    /// Serves objects kept in memory to those who sign (AWS signature version 4) with these
    /// credentials.
    public static LocalS3Server inMemory(String accessKey, Secret secretKey) {
        return start(
                BlobStores.create("transient", new Properties()), new Access(accessKey, secretKey));
    }

    /// Who is let in.
    private record Access(String accessKey, Secret secretKey) {
        static final Access ANYBODY = new Access("", Secret.of(""));

        AuthenticationType type() {
            return equals(ANYBODY) ? AuthenticationType.NONE : AuthenticationType.AWS_V4;
        }
    }

    private static LocalS3Server start(BlobStore store, Access access) {
        var builder =
                S3Proxy.builder()
                        .blobStore(store)
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .jettyMaxThreads(32)
                        .ignoreUnknownHeaders(true);
        if (access.type() != AuthenticationType.NONE) {
            builder.awsAuthentication(
                    access.type(), access.accessKey(), access.secretKey().reveal());
        }
        var proxy = builder.build();
        try {
            proxy.start();
        } catch (Exception e) {
            store.close();
            throw LodeException.resource(
                    "S3 server on 127.0.0.1: not started: " + e.getMessage(), e);
        }
        return new LocalS3Server(store, proxy);
    }

    /// Where clients connect.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    /// Makes a bucket, unless it is there.
    public void createBucket(String bucket) {
        store.createContainer(bucket);
    }

    /// Writes an object, over one of the same key.
    public void put(String bucket, String key, byte[] content) {
        put(bucket, key, new ByteArrayInputStream(content), content.length);
    }

    /// Writes the files below a folder as objects whose keys are `prefix` and the file's path with
    /// `/` between its parts.
    public void upload(String bucket, String prefix, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String below =
                        folder.relativize(file)
                                .toString()
                                .replace(file.getFileSystem().getSeparator(), "/");
                try (var in = Files.newInputStream(file)) {
                    put(bucket, prefix + below, in, Files.size(file));
                }
            }
        }
    }

    /// Removes an object, if it is there.
    public void remove(String bucket, String key) {
        store.removeBlob(bucket, key);
    }

    private void put(String bucket, String key, InputStream content, long length) {
        store.putBlob(
                PutObjectRequest.builder().bucket(bucket).key(key).contentLength(length).build(),
                content);
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw LodeException.resource(
                    "S3 server at " + endpoint() + ": not stopped: " + e.getMessage(), e);
        } finally {
            store.close();
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "S3 server at %s", endpoint());
    }
}

package dev.lode.engine.export;

import dev.lode.core.LodeException;
import dev.lode.source.s3.S3Bucket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Uploads an object in parts of 16 MiB, the last one smaller; one part is in memory. 10,000 of
/// them are 156 GiB, the most. Not thread safe.
final class ObjectExport extends ExportSink {
    private static final int PART = 16 << 20;
    private static final int MOST_PARTS = 10_000;
    private static final String BYTES = "application/octet-stream";
    private static final String CACHING = "no-cache";

    private final S3Bucket bucket;
    private final String key;
    private final byte[] part = new byte[PART];
    private final List<String> tags = new ArrayList<>();
    private int filled;
    private S3Bucket.@Nullable Upload upload;

    ObjectExport(S3Bucket bucket, String key) {
        this.bucket = bucket;
        this.key = key;
    }

    @Override
    void take(byte[] from, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int count = Math.min(PART - filled, offset + length - at);
            System.arraycopy(from, at, part, filled, count);
            filled += count;
            at += count;
            if (filled == PART) {
                send();
            }
        }
    }

    private void send() throws IOException {
        if (tags.size() == MOST_PARTS) {
            throw LodeException.usage(
                    "export to \""
                            + key
                            + "\": has more than 156 GiB, the most of one upload; nothing was"
                            + " written; compress it, or export it in pieces");
        }
        try {
            var begun = upload;
            if (begun == null) {
                begun = bucket.begin(key, BYTES, CACHING);
                upload = begun;
            }
            tags.add(bucket.send(begun, tags.size() + 1, Arrays.copyOf(part, filled)));
            filled = 0;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    void complete() throws IOException {
        try {
            if (upload == null) {
                bucket.put(key, Arrays.copyOf(part, filled), BYTES, CACHING);
                return;
            }
            if (filled > 0) {
                send();
            }
            bucket.complete(upload, tags);
            upload = null;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        var told = new InterruptedIOException("interrupted while uploading");
        told.initCause(e);
        return told;
    }

    @Override
    public void close() {
        try (bucket) {
            if (upload != null) {
                bucket.abort(upload);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

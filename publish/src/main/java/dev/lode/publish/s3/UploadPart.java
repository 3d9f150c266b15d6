package dev.lode.publish.s3;

import dev.lode.publish.archive.SharedRuns;

import java.util.ArrayList;
import java.util.List;

/// A part of an object that is put together: bytes of the file that are sent, or bytes of an older
/// object that the store copies.
sealed interface UploadPart {
    /// S3 takes no smaller part but the last (Amazon S3 user guide, "Multipart upload limits").
    long SMALLEST = 5L << 20;

    long length();

    /// @param offset in the file
    record Sent(long offset, long length) implements UploadPart {}

    /// @param oldOffset in the older object
    record Copied(long oldOffset, long length) implements UploadPart {}

    /// The parts of a file, at most 10,000 and, but for the last, none too small. A gap between two
    /// runs that is too small is sent together with the beginning of the next run.
    ///
    /// @param total bytes of the file
    /// @param runs that an older object has too, in order
    static List<UploadPart> plan(long total, List<SharedRuns.Run> runs) {
        long smallest = Math.max(SMALLEST, total / 3000);
        var parts = new ArrayList<UploadPart>();
        long planned = 0;
        for (var run : runs) {
            long gap = run.offset() - planned;
            long taken = gap == 0 ? 0 : Math.max(0, smallest - gap);
            if (run.length() - taken >= smallest) {
                addSent(parts, planned, gap + taken, total);
                addCopied(parts, run.oldOffset() + taken, run.length() - taken, smallest);
                planned = run.offset() + run.length();
            }
        }
        addSent(parts, planned, total - planned, total);
        return parts;
    }

    private static void addSent(List<UploadPart> parts, long offset, long length, long total) {
        long size = Math.max(16L << 20, total / 3000);
        long count = Math.max(1, length / size);
        for (long i = 0; i < count && length > 0; i++) {
            long from = length * i / count;
            parts.add(new Sent(offset + from, length * (i + 1) / count - from));
        }
    }

    /// The store copies at most 5 GiB at once; less can be copied by several of its machines.
    private static void addCopied(
            List<UploadPart> parts, long oldOffset, long length, long smallest) {
        long count = Math.max(1, length / Math.max(1L << 30, smallest));
        for (long i = 0; i < count; i++) {
            long from = length * i / count;
            parts.add(new Copied(oldOffset + from, length * (i + 1) / count - from));
        }
    }
}

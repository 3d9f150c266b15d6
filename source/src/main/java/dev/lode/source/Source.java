package dev.lode.source;

import dev.lode.core.LodeException;

import java.util.List;
import java.util.Optional;

/// A place that bytes come from: a folder, a bucket.
///
/// Every method may be called by several threads at once. None tries again after a failure: an
/// error of kind REMOTE says that trying again may help, and [Retry] is the one place where that
/// happens. Errors name the source and the item. An interrupt ends a call, or a read of an open
/// stream, promptly.
public interface Source extends AutoCloseable {
    /// What messages and manifests call the source, without secrets: `s3://bucket/prefix`.
    String name();

    /// All items, ordered by key. A source without items gives an empty list; a source that is not
    /// there is an error.
    ///
    /// @throws LodeException of kind USAGE when the source is missing or closed to us, or holds
    ///   more than the settings allow; REMOTE when it does not answer
    List<Item> list() throws InterruptedException;

    /// The item as it is now, or nothing when it is gone.
    Optional<Item> lookUp(Item item) throws InterruptedException;

    /// What the source says about the bytes of this version, when it says anything about the whole
    /// of them.
    Optional<Checksum> checksum(Item item) throws InterruptedException;

    /// Opens a range of exactly this version of an item.
    ///
    /// @param offset of the first byte; at most the item's size
    /// @param length in bytes; `offset + length` is at most the item's size
    Opened open(Item item, long offset, long length) throws InterruptedException;

    /// Gives back connections. Streams that are still open end with an error.
    @Override
    void close();
}

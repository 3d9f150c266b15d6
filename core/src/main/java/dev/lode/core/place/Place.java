package dev.lode.core.place;

import dev.lode.core.LodeException;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Files under keys that can be listed, read, written and moved.
///
/// Methods may be called by several threads at once. None tries again after a failure: an error of
/// kind REMOTE or RESOURCE says that trying again may help. An interrupt ends a call promptly.
public interface Place extends AutoCloseable {
    /// What messages and the ledger call it, without secrets: a folder's path, or
    /// `s3://bucket/prefix`.
    String name();

    /// The next files in the order of their keys.
    ///
    /// @param after the key before the first; empty to begin
    /// @param most how many at most
    /// @return fewer than `most` only at the end
    /// @throws LodeException of kind USAGE when the place is missing or closed to us
    List<PlacedFile> list(String after, int most) throws InterruptedException;

    /// The file as it is now.
    Optional<PlacedFile> find(String key) throws InterruptedException;

    /// Opens exactly this version.
    Content open(PlacedFile file) throws InterruptedException;

    /// Writes a file, over one that is there: it is whole or absent, whatever happens.
    ///
    /// @param size of the content in bytes
    /// @param md5 of the content in hexadecimal digits, where it is known: what arrives is held
    ///   against it
    /// @throws LodeException of kind REMOTE when the content ends early, or is not what was sent or
    ///   expected; nothing was written then
    PlacedFile write(String key, InputStream content, long size, Optional<String> md5)
            throws InterruptedException;

    /// MD5 of the bytes of this version in hexadecimal digits, where the place knows it or can
    /// compute it without moving them over a network.
    Optional<String> md5(PlacedFile file) throws InterruptedException;

    /// Copies a file of another place inside the store that both are in, over one that is there.
    ///
    /// @return empty where both are not in one store; then the bytes have to travel
    Optional<Copied> copyFrom(Place other, PlacedFile file, String key) throws InterruptedException;

    /// Moves exactly this version to another place, never over a file of other content. Doing it
    /// again after it was broken off at any point finishes it.
    Moved move(PlacedFile file, Place to, String key) throws InterruptedException;

    /// Removes exactly this version.
    Moved remove(PlacedFile file) throws InterruptedException;

    @Override
    void close();

    /// What became of a copy inside one store.
    sealed interface Copied {
        /// It is there, as this file.
        record Done(PlacedFile file) implements Copied {}

        /// The source has another version, or nothing.
        record Changed() implements Copied {}
    }
}

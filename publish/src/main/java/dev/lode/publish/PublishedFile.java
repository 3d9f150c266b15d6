package dev.lode.publish;

import dev.lode.publish.archive.ArchiveFacts;

import java.time.Instant;

/// One archive of a generation, as the manifest names it.
///
/// @param partition that it holds; [Publication#ALL] for all
/// @param path below the publication's folder, with `/`; of a file that never changes
/// @param alias below the publication's folder: a name that stays, for a file that changes
/// @param bytes of the file
/// @param sha256 of the file, in hexadecimal
/// @param content what its items are: SHA-256 over their hashes, or over those of its partitions
/// @param items in it
/// @param body where its segments lie; for the archive of all, everything between head and tail
/// @param lastChange when the generation was made that first had this content
public record PublishedFile(
        String partition,
        String path,
        String alias,
        long bytes,
        String sha256,
        String content,
        long items,
        ArchiveFacts.Body body,
        Instant lastChange) {}

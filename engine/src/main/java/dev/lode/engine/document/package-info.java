/// Loading one file of JSON, or a group of them: bytes and a name in, what became of it out.
/// Whoever watches a folder or a bucket begins here:
///
/// ```java
/// var target = database.documents(pack);              // once: tables, mapping, lookups
/// try (var session = target.session(name, guard, SessionLimits.DEFAULT)) {   // one per thread
///     var loader = new DocumentLoader(pack, decoders, session);
///     for (FileResult result : loader.load(List.of(new IncomingFile(key, bytes)))) {
///         switch (result) {
///             case FileResult.Loaded loaded -> ...       // committed: move it to processed
///             case FileResult.Duplicate duplicate -> ... // nothing new in it: move it too
///             case FileResult.Failed failed -> ...       // kind DATA: the same bytes fail again
///         }
///     }
/// }
/// ```
///
/// All files of a call are one transaction, which [dev.lode.postgres.document.DocumentGuard] can
/// add to: claims that are checked first and closed last. A file that cannot be loaded does not
/// keep the others from it. What is thrown is nobody's file's fault (the server stays away, the
/// guard refuses), and the whole call may be made again: what was committed is found as a
/// duplicate. [DocumentLoader#reprocess] replaces the rows of a file on purpose.
///
/// Memory: about four times the size of the documents of one call, until it returns.
@NullMarked
package dev.lode.engine.document;

import org.jspecify.annotations.NullMarked;

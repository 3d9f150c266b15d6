/// bzip2, decoded on several threads: [BlockPool] does the work, [Bzip2Decoder] is one file being
/// decoded.
///
/// The way of the bytes: a reader thread ([StoredReader]) appends stored bytes to a [Lookahead] and
/// notes where a block may begin ([MagicScanner]); threads of the pool decode such candidates ahead
/// of time ([BlockWorkshop]); the caller's thread follows the chain of real blocks ([BlockChain]),
/// takes what was decoded ahead where a candidate proved real, checks the streams' checksums, and
/// undoes the last run-length step ([RunExpander]). What the scanner finds is never more than a
/// hint: candidates may be false or missing without any effect on the result.
///
/// Used alone:
///
/// ```java
/// try (var pool = new BlockPool(2, BlockPool.MAX_LANES);
///         var decoder = Bzip2Decoder.open(FileBytes.of(file), pool, ResumePoint.START);
///         var in = new DecoderInputStream(decoder)) {
///     in.transferTo(out);
/// }
/// ```
@NullMarked
package dev.lode.format.bzip2;

import org.jspecify.annotations.NullMarked;

/// JSON documents into PostgreSQL: each file whole or not at all, and each content once.
///
/// [DocumentTarget] knows the tables, compiles the pack's mapping against them, and gives numbers
/// to lookup texts. Each worker has a [DocumentSession] of its own: one connection, which loads a
/// group of files in one transaction. What became of a file is a [FileResult].
///
/// How a content is loaded once, whoever loads it at the same time, under whatever name:
/// 1. A file's line in `lode.document` is the first thing its transaction writes, in the order of
///    the hashes of the group, so that two groups never wait for each other in a circle.
/// 2. A unique index over dataset, table and hash makes a second loader wait there until the first
///    has committed, and then finds its line instead of writing one: a duplicate. If the first
///    rolled back, the second goes on.
/// 3. Rows, rejects and duplicates commit with the line.
/// 4. Whoever lost the connection at COMMIT begins again: the line carries a number that only this
///    attempt has, so that it recognises its own.
@NullMarked
package dev.lode.postgres.document;

import org.jspecify.annotations.NullMarked;

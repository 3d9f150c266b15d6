/// Writes the rows of a table or a query to a file, a stream or a bucket.
@NullMarked
package dev.lode.engine.export;

import org.jspecify.annotations.NullMarked;

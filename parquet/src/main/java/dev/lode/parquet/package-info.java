/// Parquet, by parquet-java: its encodings, pages and footer, with codecs and streams of our own,
/// so that nothing of Hadoop is needed but the names of a few of its classes.
@NullMarked
package dev.lode.parquet;

import org.jspecify.annotations.NullMarked;

/// Whole snapshots of the dataset `courtlistener`, and what runs as long as they do.
@NullMarked
package dev.lode.bench.snapshot;

import org.jspecify.annotations.NullMarked;

/// Copying files between folders and buckets: `lode copy`.
@NullMarked
package dev.lode.engine.copy;

import org.jspecify.annotations.NullMarked;

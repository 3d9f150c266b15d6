/// Bytes in, records out. Pure: knows nothing of sources, stores or databases.
@NullMarked
package dev.lode.format;

import org.jspecify.annotations.NullMarked;

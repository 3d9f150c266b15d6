/// Items read straight from their source, with nothing on disk.
@NullMarked
package dev.lode.source.stream;

import org.jspecify.annotations.NullMarked;

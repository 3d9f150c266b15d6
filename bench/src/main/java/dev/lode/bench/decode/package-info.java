/// Decoding alone.
@NullMarked
package dev.lode.bench.decode;

import org.jspecify.annotations.NullMarked;

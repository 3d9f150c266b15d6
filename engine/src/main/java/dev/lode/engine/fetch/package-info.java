/// Brings the items of a snapshot from their source into the store: several at once, in ranges,
/// each whole or absent.
@NullMarked
package dev.lode.engine.fetch;

import org.jspecify.annotations.NullMarked;

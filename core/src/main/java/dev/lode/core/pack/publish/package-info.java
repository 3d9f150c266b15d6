/// What a pack says of publications: the model of its `publish`, and its reader. See
/// docs/reference/publishing.md for the language.
@NullMarked
package dev.lode.core.pack.publish;

import org.jspecify.annotations.NullMarked;

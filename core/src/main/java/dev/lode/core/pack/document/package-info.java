/// How a pack maps JSON documents to rows of several tables: the model of the pack's `documents`,
/// and its reader. See docs/reference/mapping.md for the language.
@NullMarked
package dev.lode.core.pack.document;

import org.jspecify.annotations.NullMarked;

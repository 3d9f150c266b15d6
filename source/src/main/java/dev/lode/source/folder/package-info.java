/// Files of a folder as a source.
@NullMarked
package dev.lode.source.folder;

import org.jspecify.annotations.NullMarked;

/// Folders as places.
@NullMarked
package dev.lode.store.place;

import org.jspecify.annotations.NullMarked;

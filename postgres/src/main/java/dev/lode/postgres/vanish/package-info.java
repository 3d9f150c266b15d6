/// Rows that a snapshot does not have any more.
@NullMarked
package dev.lode.postgres.vanish;

import org.jspecify.annotations.NullMarked;

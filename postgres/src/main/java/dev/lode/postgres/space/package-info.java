/// The database's disk: what it has free where that can be seen, how far a run may fill it, and the
/// pause before it is full.
@NullMarked
package dev.lode.postgres.space;

import org.jspecify.annotations.NullMarked;

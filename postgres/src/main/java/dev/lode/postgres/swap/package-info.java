/// A new table built beside the old one and put in its place in one short transaction.
@NullMarked
package dev.lode.postgres.swap;

import org.jspecify.annotations.NullMarked;

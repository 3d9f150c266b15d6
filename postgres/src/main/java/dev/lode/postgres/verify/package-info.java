/// Questions that show whether what is in the tables is what should be there. Asks, sets sequences,
/// and runs ANALYZE; changes no row.
@NullMarked
package dev.lode.postgres.verify;

import org.jspecify.annotations.NullMarked;

/// Batches of records into rows: one batch, one transaction, exactly once.
@NullMarked
package dev.lode.postgres.load;

import org.jspecify.annotations.NullMarked;

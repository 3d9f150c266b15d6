/// Lode's own tables, in schema `lode` of the target database: they commit with the data.
@NullMarked
package dev.lode.postgres.ledger;

import org.jspecify.annotations.NullMarked;

/// A pack's `schema.sql`: what it declares, and how that gets into a database: tables before the
/// rows, indexes and foreign keys after them, every step idempotent.
@NullMarked
package dev.lode.postgres.schema;

import org.jspecify.annotations.NullMarked;

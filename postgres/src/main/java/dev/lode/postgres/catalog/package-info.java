/// What the server's catalog says about tables and about the server itself, as plain values. Reads
/// only; opens nothing.
@NullMarked
package dev.lode.postgres.catalog;

import org.jspecify.annotations.NullMarked;

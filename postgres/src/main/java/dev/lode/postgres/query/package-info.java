/// Questions to the database for people: the ledger's views, and queries of their own.
@NullMarked
package dev.lode.postgres.query;

import org.jspecify.annotations.NullMarked;

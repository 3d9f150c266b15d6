/// Takes foreign keys, indexes, triggers and autovacuum away from tables for the length of a load,
/// and gives them back exactly as they were: journaled in the transaction that takes them, restored
/// by comparing the journal with the catalog.
@org.jspecify.annotations.NullMarked
package dev.lode.postgres.suspend;

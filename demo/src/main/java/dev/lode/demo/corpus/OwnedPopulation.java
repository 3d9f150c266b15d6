package dev.lode.demo.corpus;

import java.util.function.LongUnaryOperator;

/// Rows that belong to the rows of another table: they are there when their owner is, come with it
/// and vanish with it.
final class OwnedPopulation extends Population {
    private final Population owners;
    private final LongUnaryOperator ownerOf;
    private final long first;
    private final long both;

    /// @param spanOf no index that belongs to an owner below the argument is at or above its value
    /// @param ownerOf index of the owner of the row at an index
    OwnedPopulation(
            long key,
            Population owners,
            LongUnaryOperator spanOf,
            LongUnaryOperator ownerOf,
            double changed) {
        this(
                key,
                owners,
                spanOf.applyAsLong(owners.span(false)),
                spanOf.applyAsLong(owners.span(true)),
                ownerOf,
                changed);
    }

    private OwnedPopulation(
            long key,
            Population owners,
            long first,
            long both,
            LongUnaryOperator ownerOf,
            double changed) {
        super(key, first, both, changed, 0);
        this.owners = owners;
        this.ownerOf = ownerOf;
        this.first = first;
        this.both = both;
    }

    long owner(long index) {
        return ownerOf.applyAsLong(index);
    }

    @Override
    boolean exists(long index, boolean either) {
        return index < (either ? both : first) && owners.exists(owner(index), either);
    }

    @Override
    boolean held(long index) {
        return owners.held(owner(index));
    }

    @Override
    boolean vanished(long index) {
        return owners.vanished(owner(index));
    }
}

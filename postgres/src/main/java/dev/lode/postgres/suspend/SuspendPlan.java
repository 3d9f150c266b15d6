package dev.lode.postgres.suspend;

import dev.lode.core.TableName;

import java.util.List;

/// What a request would suspend, or has suspended.
///
/// @param objects in the order in which they go
/// @param left what stays, with the reason
public record SuspendPlan(List<Thing> objects, List<Left> left) {
    public SuspendPlan {
        objects = List.copyOf(objects);
        left = List.copyOf(left);
    }

    /// Something that goes.
    ///
    /// @param bytes of the index, or of the table that a key has to be checked for
    public record Thing(SuspendKind kind, TableName table, String name, String label, long bytes) {}

    /// Something that stays.
    public record Left(
            SuspendKind kind, TableName table, String name, String label, String reason) {
        /// `index a_b of a stays: it is unique: it guards the rows`.
        @Override
        public String toString() {
            return label + " stays: " + reason;
        }
    }

    static Thing thing(Suspendable object) {
        return new Thing(
                object.kind(), object.table(), object.name(), object.label(), object.bytes());
    }

    static Left left(Suspendable object, String reason) {
        return new Left(object.kind(), object.table(), object.name(), object.label(), reason);
    }
}

package dev.lode.format.json;

import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.format.json.ColumnPlan.FactSource;

import java.util.Arrays;

/// How one kind of row is made from an object of a document. Immutable once compiled.
final class RowPlan {
    /// Among all plans of the mapping.
    final int index;

    /// The place in messages and counts: `alerts`, `jams.line`.
    final String path;

    /// Which table, or -1 where the object becomes no row of its own.
    final int table;

    final Node root;
    final ColumnPlan[] columns;

    /// Whether its rows are told apart by `$id`.
    final boolean hasId;

    /// Values that a frame keeps.
    final int slots;

    final long seedA;
    final long seedB;

    RowPlan(int index, String path, int table, Node root, ColumnPlan[] columns, int slots) {
        this.index = index;
        this.path = path;
        this.table = table;
        this.root = root;
        this.columns = columns;
        this.hasId =
                Arrays.stream(columns)
                        .anyMatch(
                                column ->
                                        column.source() instanceof FactSource(Fact fact)
                                                && fact == Fact.ID);
        this.slots = slots;
        byte[] text = path.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, text.length + Tokens.PADDING);
        seedA = ContentHash.firstOf(padded, 0, text.length);
        seedB = ContentHash.secondOf(padded, 0, text.length);
    }
}

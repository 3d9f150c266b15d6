package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.postgres.catalog.ForeignKeyFacts;

import java.util.List;

/// The columns of a foreign key; none for everything else.
///
/// @param own in the order of the declaration
/// @param other columns that they refer to, one to one
/// @param operators that compare them, one to one
record KeyColumns(List<String> own, List<String> other, List<String> operators, boolean matchFull) {
    static final KeyColumns NONE = new KeyColumns(List.of(), List.of(), List.of(), false);

    KeyColumns {
        own = List.copyOf(own);
        other = List.copyOf(other);
        operators = List.copyOf(operators);
    }

    /// The key as the checks of the rows want it.
    ForeignKeyFacts facts(
            String name, TableName table, long oid, TableName referred, long referredOid) {
        return new ForeignKeyFacts(
                0,
                name,
                table,
                oid,
                own,
                referred,
                referredOid,
                other,
                operators,
                matchFull,
                false,
                false,
                false,
                true,
                "");
    }
}

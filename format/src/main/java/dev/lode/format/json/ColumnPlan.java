package dev.lode.format.json;

import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.core.pack.document.ValueSpec.Reading;
import dev.lode.format.csv.TargetColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// What one column is filled with, ready for the encoder.
///
/// @param column for reasons
/// @param kind of the column's type
/// @param maxChars of `varchar(n)`, or 0
/// @param notNull whether NULL rejects the record
/// @param source what it is filled with
// The hot loop wants arrays; plans are never compared.
@SuppressWarnings("ArrayRecordComponent")
record ColumnPlan(String column, Kind kind, int maxChars, boolean notNull, Source source) {
    /// Where a value lies.
    ///
    /// @param level 0 in the row's own frame, 1 in that of the row above, 2 in the document's
    record Slot(int level, int slot, String path) {}

    /// Where a column's value comes from.
    sealed interface Source {}

    /// @param map what texts become; empty for none
    /// @param absent the whole field that stands in for NULL
    record FieldSource(
            Slot[] slots,
            Reading reading,
            Map<String, byte[]> map,
            byte @Nullable [] absent,
            boolean bounded,
            double min,
            double max,
            @Nullable Slot notBelow)
            implements Source {}

    /// @param field as COPY has it, with its length
    record ConstantSource(byte[] field) implements Source {}

    record FactSource(Fact fact) implements Source {}

    record CompareSource(Slot first, Slot second, byte[] less, byte[] more) implements Source {}

    /// @param lookup index among the mapping's lookups
    record LookupSource(int lookup, KeyPart[] key) implements Source {}

    /// @param map what texts become
    /// @param absent what stands in for NULL
    record KeyPart(Slot[] slots, Map<String, String> map, @Nullable String absent) {}
}

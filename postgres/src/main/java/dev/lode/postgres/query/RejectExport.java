package dev.lode.postgres.query;

import dev.lode.core.RejectText;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Turns the last column, a record in hexadecimal, into two: its encoding, and the record in it.
final class RejectExport implements RowSink {
    private final RowSink sink;

    RejectExport(RowSink sink) {
        this.sink = sink;
    }

    @Override
    public void columns(List<String> names) {
        var all = new ArrayList<>(names.subList(0, names.size() - 1));
        all.add(RejectText.ENCODING);
        all.add(RejectText.RAW);
        sink.columns(all);
    }

    @Override
    public void row(List<@Nullable String> values) {
        var text = RejectText.of(HexFormat.of().parseHex(String.valueOf(values.getLast())));
        var all = new ArrayList<@Nullable String>(values.subList(0, values.size() - 1));
        all.add(text.encoding());
        all.add(text.raw());
        sink.row(all);
    }
}

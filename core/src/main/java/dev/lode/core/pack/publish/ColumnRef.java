package dev.lode.core.pack.publish;

/// A column of the publication's own rows, or of a joined table.
///
/// @param alias of the join; empty for the publication's own rows
public record ColumnRef(String alias, String column) {
    /// Reads `court_id` or `docket.court_id`.
    public static ColumnRef parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new ColumnRef("", text)
                : new ColumnRef(text.substring(0, dot), text.substring(dot + 1));
    }

    @Override
    public String toString() {
        return alias.isEmpty() ? column : alias + "." + column;
    }
}

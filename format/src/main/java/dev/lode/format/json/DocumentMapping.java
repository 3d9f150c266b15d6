package dev.lode.format.json;

import dev.lode.core.LodeException;
import dev.lode.core.pack.document.DocumentLimits;
import dev.lode.core.pack.document.DocumentSpec;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// A pack's mapping of documents, compiled against the tables as they are. Immutable; safe for use
/// by several threads.
public final class DocumentMapping {
    private final DocumentSpec spec;
    private final RowPlan root;
    private final @Nullable RowPlan file;
    private final List<String> tables;
    private final List<List<String>> columns;
    private final int timeSlot;
    private final String fingerprint;

    DocumentMapping(
            DocumentSpec spec,
            RowPlan root,
            @Nullable RowPlan file,
            List<String> tables,
            List<List<String>> columns,
            int timeSlot) {
        this.spec = spec;
        this.root = root;
        this.file = file;
        this.tables = List.copyOf(tables);
        this.columns = columns.stream().map(List::copyOf).toList();
        this.timeSlot = timeSlot;
        this.fingerprint = fingerprint(spec, columns);
    }

    /// @param pack for sentences
    /// @param tables those that the mapping fills, parents before children
    /// @throws LodeException of kind USAGE that lists every mistake with its line
    public static DocumentMapping compile(
            String pack, DocumentSpec spec, List<DocumentTable> tables) {
        return new MappingCompiler(pack, spec, tables).compile();
    }

    /// An encoder for one thread.
    ///
    /// @param lookups shared by all threads
    public DocumentEncoder encoder(LookupIds lookups) {
        return new DocumentEncoder(this, lookups);
    }

    /// Names of the tables, in the order in which their rows have to be sent.
    public List<String> tables() {
        return tables;
    }

    /// Columns of a table's rows, in their order.
    ///
    /// @param table index among [#tables]
    public List<String> columns(int table) {
        return columns.get(table);
    }

    /// Changes with the mapping, and with the columns of its tables.
    public String fingerprint() {
        return fingerprint;
    }

    /// What goes into the ledger with a hash: how it was computed.
    public static String hashAlgorithm() {
        return ContentHash.ALGORITHM;
    }

    DocumentLimits limits() {
        return spec.limits();
    }

    RowPlan root() {
        return root;
    }

    @Nullable RowPlan file() {
        return file;
    }

    int timeSlot() {
        return timeSlot;
    }

    String timePath() {
        return spec.order().map(Object::toString).orElse("");
    }

    private static String fingerprint(DocumentSpec spec, List<List<String>> columns) {
        // Comments move lines; they change no mapping.
        String text = spec.toString().replaceAll("line=\\d+", "") + columns;
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }
}

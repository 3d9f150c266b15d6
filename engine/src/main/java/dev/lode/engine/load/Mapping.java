package dev.lode.engine.load;

import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.load.Target;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// The fingerprint of everything that decides how records become rows: when it differs, rows may
/// differ.
final class Mapping {
    /// Raised when the program itself begins to map otherwise.
    private static final int VERSION = 1;

    private Mapping() {}

    static String fingerprint(Target target, List<String> header, Dialect dialect) {
        var text = new StringBuilder();
        text.append(VERSION).append('\n').append(target.mode()).append('\n');
        text.append(target.key()).append('\n').append(target.version()).append('\n');
        text.append(header)
                .append('\n')
                .append(dialect)
                .append(dialect.nulls())
                .append((char) dialect.delimiter());
        for (TargetColumn column : target.columns()) {
            text.append('\n')
                    .append(column.name())
                    .append('\t')
                    .append(column.field())
                    .append('\t')
                    .append(column.kind())
                    .append('\t')
                    .append(column.maxChars())
                    .append('\t')
                    .append(column.notNull())
                    .append('\t')
                    .append(column.fill())
                    .append('\t')
                    .append(column.fillNulls());
        }
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}

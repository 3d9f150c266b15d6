package dev.lode.postgres;

import org.postgresql.util.PSQLException;

import java.util.Optional;
import java.util.regex.Pattern;

/// Where COPY says it stumbled: `COPY search_opinion, line 12, column date_filed: "2021-02-30"`.
/// The line counts from 1; in text and binary format it is the record's ordinal in this COPY. The
/// words are those of `lc_messages = C`; other languages keep the numbers, so only the numbers are
/// needed.
///
/// @param line ordinal of the record, from 1
/// @param column the column named, where there is one
public record CopyContext(long line, Optional<String> column) {
    private static final Pattern WHERE =
            Pattern.compile("COPY [^\\n]*?(\\d+)(?:, column ([^:\\n]+))?(?::|\\n|$)");

    public static Optional<CopyContext> of(PSQLException e) {
        if (e.getServerErrorMessage() == null || e.getServerErrorMessage().getWhere() == null) {
            return Optional.empty();
        }
        var match = WHERE.matcher(e.getServerErrorMessage().getWhere());
        return match.find()
                ? Optional.of(
                        new CopyContext(
                                Long.parseLong(match.group(1)),
                                Optional.ofNullable(match.group(2))))
                : Optional.empty();
    }
}

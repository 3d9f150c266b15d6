package dev.lode.postgres.load;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.format.csv.BinaryRowEncoder;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.TargetColumn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How the records of an item travel in COPY. The rows, the rejects and their reasons are the same
/// in each: what is sent in a faster way and not taken is sent again as text, and only what the
/// server says to the text counts.
public enum CopyWay {
    /// Values as the server keeps them: half of its work, where every type is known here.
    BINARY,
    /// Values as text, checked and escaped here: for every table.
    TEXT,
    /// The bytes of the file as they are, parsed by the server: where it reads the dialect exactly
    /// as Lode does.
    CSV;

    /// How records travel to one table, and why so.
    ///
    /// @param why the middle of a sentence
    public record Choice(CopyWay way, String why) {
        @Override
        public String toString() {
            return way.word() + ": " + why;
        }
    }

    /// The way that a user asks for.
    ///
    /// @param wish `auto`, `binary`, `text` or `csv`
    /// @return empty for auto
    /// @throws LodeException of kind USAGE for another word
    public static Optional<CopyWay> wish(String wish) {
        if (wish.equals("auto")) {
            return Optional.empty();
        }
        return Optional.of(
                Arrays.stream(values())
                        .filter(way -> way.word().equals(wish))
                        .findFirst()
                        .orElseThrow(
                                () -> {
                                    var known = List.of("auto", "binary", "text", "csv");
                                    return LodeException.usage(
                                            "copy: \""
                                                    + wish
                                                    + "\" is unknown: expected auto, binary, text"
                                                    + " or csv"
                                                    + Suggestion.hint(wish, known));
                                }));
    }

    /// What is best for a table, or what the user asked for where that is possible.
    ///
    /// @param fields columns of the file
    public static Choice choose(
            Optional<CopyWay> wish, Target target, Dialect dialect, int fields) {
        var obstacle = wish.flatMap(way -> way.obstacle(target, dialect, fields));
        if (wish.isPresent() && obstacle.isEmpty()) {
            return new Choice(wish.get(), "asked for");
        }
        String instead =
                obstacle.map(why -> wish.orElseThrow().word() + " cannot be, " + why + "; ")
                        .orElse("");
        return BINARY.obstacle(target, dialect, fields)
                .map(why -> new Choice(TEXT, instead.isEmpty() ? why : instead + "text takes all"))
                .orElseGet(() -> new Choice(BINARY, instead + "every type is known"));
    }

    /// Why records cannot travel so; empty when they can.
    private Optional<String> obstacle(Target target, Dialect dialect, int fields) {
        return switch (this) {
            case TEXT -> Optional.empty();
            case BINARY ->
                    BinaryRowEncoder.supports(target.columns())
                            ? Optional.empty()
                            : target.columns().stream()
                                    .filter(column -> !BinaryRowEncoder.supports(List.of(column)))
                                    .findFirst()
                                    .map(
                                            column ->
                                                    "column "
                                                            + column.name()
                                                            + " has a type that only the server"
                                                            + " reads");
            case CSV -> notPassedThrough(target, dialect, fields);
        };
    }

    /// Foreign facts, from PostgreSQL's `copyfromparse.c`: ESCAPE counts inside quotes only and
    /// before the quote or itself, as in our dialects; an unquoted empty field is NULL and a quoted
    /// one is not; a line of one column may be the end mark `\.`.
    private static Optional<String> notPassedThrough(Target target, Dialect dialect, int fields) {
        if (target.mode() == dev.lode.core.pack.LoadMode.REPLACE) {
            return Optional.of("the new table beside the old one is checked by Lode");
        }
        if (dialect.nulls() != Dialect.NullRule.UNQUOTED_EMPTY) {
            return Optional.of("the file does not tell NULL from the empty string");
        }
        if (fields < 2) {
            return Optional.of("the file has one column");
        }
        if (target.columns().size() != fields
                || target.columns().stream().mapToInt(TargetColumn::field).distinct().count()
                        != fields
                || target.columns().stream()
                        .anyMatch(column -> column.field() < 0 || column.fillNulls())) {
            return Optional.of("the file's columns are not those of the table one by one");
        }
        return Optional.empty();
    }

    /// As users write it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

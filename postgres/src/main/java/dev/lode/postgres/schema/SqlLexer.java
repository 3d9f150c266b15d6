package dev.lode.postgres.schema;

import dev.lode.core.yaml.Mistakes;
import dev.lode.postgres.schema.SqlToken.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts SQL into tokens by the lexical rules of PostgreSQL (manual, section 4.1) with
/// `standard_conforming_strings` on. Comments vanish. What never ends is a mistake at the line
/// where it begins, and ends the reading.
final class SqlLexer {
    private final String sql;
    private final Mistakes mistakes;
    private final List<SqlToken> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int depth;

    private SqlLexer(String sql, Mistakes mistakes) {
        this.sql = sql;
        this.mistakes = mistakes;
    }

    static List<SqlToken> tokens(String sql, Mistakes mistakes) {
        var lexer = new SqlLexer(sql, mistakes);
        while (lexer.at < sql.length()) {
            lexer.next();
        }
        return lexer.tokens;
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c) || c == '\uFEFF') {
            advance(at + 1);
        } else if (sql.startsWith("--", at)) {
            int end = sql.indexOf('\n', at);
            advance(end < 0 ? sql.length() : end);
        } else if (sql.startsWith("/*", at)) {
            blockComment();
        } else if (c == '\'') {
            literal(at, false);
        } else if (c == '"') {
            quoted();
        } else if (c == '$' && dollarTag() > 0) {
            dollarQuoted(dollarTag());
        } else if (startsWord(c)) {
            word();
        } else if (c >= '0' && c <= '9') {
            number();
        } else {
            sign(c);
        }
    }

    private void blockComment() {
        int open = 1;
        int end = at + 2;
        while (open > 0) {
            int close = sql.indexOf("*/", end);
            int nested = sql.indexOf("/*", end);
            if (close < 0) {
                neverEnds("a comment begins here");
                return;
            }
            boolean deeper = nested >= 0 && nested < close;
            open += deeper ? 1 : -1;
            end = (deeper ? nested : close) + 2;
        }
        advance(end);
    }

    /// @param quote offset of the opening quote; before it stands a prefix such as `E`
    private void literal(int quote, boolean backslashEscapes) {
        int end = quote + 1;
        while (end < sql.length()) {
            char c = sql.charAt(end);
            if (c == '\\' && backslashEscapes) {
                end += 2;
            } else if (c != '\'') {
                end++;
            } else if (sql.startsWith("''", end)) {
                end += 2;
            } else {
                add(Kind.LITERAL, end + 1);
                return;
            }
        }
        neverEnds("a text in single quotes begins here");
    }

    private void quoted() {
        int end = at + 1;
        while (end < sql.length()) {
            if (sql.charAt(end) != '"') {
                end++;
            } else if (sql.startsWith("\"\"", end)) {
                end += 2;
            } else {
                add(Kind.QUOTED, end + 1);
                return;
            }
        }
        neverEnds("a name in double quotes begins here");
    }

    /// Length of the `$tag$` that begins here, or 0.
    private int dollarTag() {
        int end = at + 1;
        while (end < sql.length() && sql.charAt(end) != '$') {
            char c = sql.charAt(end);
            if (!startsWord(c) && (end == at + 1 || c < '0' || c > '9')) {
                return 0;
            }
            end++;
        }
        return end < sql.length() ? end + 1 - at : 0;
    }

    private void dollarQuoted(int tagLength) {
        String tag = sql.substring(at, at + tagLength);
        int end = sql.indexOf(tag, at + tagLength);
        if (end < 0) {
            neverEnds("a text in " + tag + " quotes begins here");
        } else {
            add(Kind.LITERAL, end + tagLength);
        }
    }

    private void word() {
        int end = at + 1;
        while (end < sql.length() && continuesWord(sql.charAt(end))) {
            end++;
        }
        String word = sql.substring(at, end);
        if (end < sql.length()
                && sql.charAt(end) == '\''
                && "ebxn".contains(word.toLowerCase(Locale.ROOT))) {
            literal(end, word.equalsIgnoreCase("e"));
        } else if (word.equalsIgnoreCase("u")
                && (sql.startsWith("&'", end) || sql.startsWith("&\"", end))) {
            mistakes.add(line, "U& spelling is not read; write the characters themselves");
            advance(end + 1);
        } else {
            add(Kind.WORD, end);
        }
    }

    private void number() {
        int end = at + 1;
        while (end < sql.length() && (continuesWord(sql.charAt(end)) || sql.charAt(end) == '.')) {
            end++;
        }
        add(Kind.NUMBER, end);
    }

    private void sign(char c) {
        if (c == ')' || c == ']') {
            depth = Math.max(0, depth - 1);
        }
        add(Kind.SIGN, at + 1);
        if (c == '(' || c == '[') {
            depth++;
        } else if (c == ';') {
            // A bracket that was never closed must not swallow the statements after it.
            depth = 0;
        }
    }

    private static boolean startsWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean continuesWord(char c) {
        return startsWord(c) || (c >= '0' && c <= '9') || c == '$';
    }

    private void add(Kind kind, int end) {
        tokens.add(new SqlToken(kind, sql.substring(at, end), at, end, line, depth));
        advance(end);
    }

    private void neverEnds(String what) {
        mistakes.add(line, what + " and never ends");
        advance(sql.length());
    }

    private void advance(int to) {
        int end = Math.min(to, sql.length());
        for (; at < end; at++) {
            if (sql.charAt(at) == '\n') {
                line++;
            }
        }
    }
}

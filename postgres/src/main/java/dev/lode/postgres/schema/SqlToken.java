package dev.lode.postgres.schema;

import java.util.Locale;

/// A word, literal or sign of SQL.
///
/// @param text as it is written, quotes included
/// @param start offset of its first character in the script
/// @param end offset behind its last character
/// @param line from 1
/// @param depth how many brackets are open around it; a bracket itself counts as outside
record SqlToken(Kind kind, String text, int start, int end, int line, int depth) {
    enum Kind {
        /// A keyword or an identifier without quotes.
        WORD,
        /// An identifier in double quotes.
        QUOTED,
        /// A literal in single quotes or dollar quotes.
        LITERAL,
        NUMBER,
        /// One character.
        SIGN
    }

    /// Whether it is this keyword, however its letters are written.
    boolean is(String keyword) {
        return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
    }

    boolean isSign(char sign) {
        return kind == Kind.SIGN && text.charAt(0) == sign;
    }

    boolean isIdentifier() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /// The identifier as the catalog spells it: folded to lower case, or what stands between the
    /// quotes.
    String identifier() {
        return kind == Kind.QUOTED
                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                : foldAscii(text);
    }

    /// Equal for tokens that mean the same: an identifier by its catalog spelling, anything else by
    /// its text.
    String meaning() {
        return isIdentifier() ? identifier() : text.toLowerCase(Locale.ROOT);
    }

    /// A UTF8 server folds ASCII letters only.
    private static String foldAscii(String text) {
        var folded = new StringBuilder(text.length());
        text.chars().forEach(c -> folded.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
        return folded.toString();
    }
}

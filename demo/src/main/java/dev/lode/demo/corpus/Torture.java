package dev.lode.demo.corpus;

/// Legal texts that break careless readers. They stand in one of about 2,000 rows, and in the first
/// rows of each table.
final class Torture {
    /// One row in so many holds one of them.
    private static final int ONE_IN = 2003;

    private static final String LOOKS_LIKE_ROWS =
            "a quotation follows\n"
                    + "\"123\",\"2020-01-01 00:00:00+00\",\"t\"\n"
                    + "\"124\",\"2020-01-02 00:00:00+00\",\"f\"\n"
                    + "end";

    private static final byte[][] TEXTS = {
        Lexicon.utf8("\\"),
        Lexicon.utf8("\\\\"),
        Lexicon.utf8("\\\""),
        Lexicon.utf8("ends with a backslash\\"),
        Lexicon.utf8("before\n\\.\nafter"),
        Lexicon.utf8("\\N"),
        Lexicon.utf8("\",\""),
        Lexicon.utf8("\""),
        Lexicon.utf8("\"\""),
        Lexicon.utf8("line\r\nline"),
        Lexicon.utf8("carriage\rreturn"),
        Lexicon.utf8("line\u2028separator"),
        Lexicon.utf8("no\u00A0break"),
        Lexicon.utf8("scales \uD83D\uDCDC\u2696\uFE0F"),
        Lexicon.utf8("e\u0301 and \u00E9, A\u030A and \u00C5"),
        Lexicon.utf8("`backtick` and ``two``"),
        Lexicon.utf8("\uFEFFbyte order mark"),
        Lexicon.utf8("C:\\new\\table\\0"),
        Lexicon.utf8("$\\frac{1}{2}$ \\\"o"),
        Lexicon.utf8("\n"),
        Lexicon.utf8(" "),
        Lexicon.utf8("NULL"),
        Lexicon.utf8("tab\there, form\ffeed, bell\u0007"),
        Lexicon.utf8(LOOKS_LIKE_ROWS),
    };

    private Torture() {}

    /// Whether the row at `index` is to hold such a text.
    static boolean at(long index) {
        return index % ONE_IN < TEXTS.length;
    }

    /// The text for that row.
    static byte[] text(long index) {
        return TEXTS[(int) (index % ONE_IN) % TEXTS.length];
    }

    /// A unit that may be repeated: looks like the end of a record and the beginning of the next,
    /// in any dialect.
    static byte[] lookAlike() {
        return Lexicon.utf8(LOOKS_LIKE_ROWS + "\",\"x\"\n`125`,`2020-01-03 00:00:00+00`\n\\.\n");
    }
}

package dev.lode.demo.corpus;

/// Texts that read, compress and break like those of courts. An article is made once and rendered
/// in several ways, as the publisher stores it. Not thread safe.
final class Prose {
    private static final byte CITES = 1;
    private static final byte CITED = 2;
    private static final byte[][] RARE = {
        Lexicon.utf8("\u00A7 "),
        Lexicon.utf8("\u00B6 "),
        Lexicon.utf8("\u2014"),
        Lexicon.utf8("\u201C"),
        Lexicon.utf8("\u201D"),
        Lexicon.utf8("\u2019"),
        Lexicon.utf8("na\u00EFve"),
        Lexicon.utf8("Pe\u00F1a"),
        Lexicon.utf8("d\u00E9j\u00E0"),
        Lexicon.utf8("\u2026"),
    };
    private static final byte[] XML_OPEN = Lexicon.utf8("<opinion type=\"majority\">\n");
    private static final byte[] HTML_OPEN = Lexicon.utf8("<pre class=\"inline\">");

    private final Lexicon lexicon;
    private final Bytes article = new Bytes(1 << 16);

    Prose(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    /// Words on one line, about `chars` long.
    void words(Draw draw, Bytes out, int chars) {
        int end = out.length() + chars;
        boolean first = true;
        while (out.length() < end) {
            if (!first) {
                out.add(' ');
            }
            first = false;
            out.add(lexicon.word((int) draw.next()));
        }
    }

    /// Sentences on one line, about `chars` long, at least one.
    void sentences(Draw draw, Bytes out, int chars) {
        int end = out.length() + chars;
        do {
            sentence(draw, out, end);
        } while (out.length() < end);
        out.truncate(out.length() - 1);
    }

    /// Makes an article of about `chars` characters for the renderings to come.
    void compose(Draw draw, int chars) {
        article.clear();
        while (article.length() < chars) {
            int paragraph = Math.min(chars, article.length() + draw.between(200, 1100));
            do {
                sentence(draw, article, paragraph);
                if (draw.below(9) == 0) {
                    article.add(CITES);
                    citation(draw, article);
                    article.add(CITED).add(' ');
                } else if (draw.below(14) == 0) {
                    article.add('"');
                    words(draw, article, 30);
                    article.add('"').add(' ');
                }
            } while (article.length() < paragraph);
            article.add('\n');
        }
    }

    /// The article as a court's own PDF gives it: short lines, indents, form feeds, numbered
    /// paragraphs for some.
    void plain(Bytes out, boolean numbered) {
        var text = article.array();
        int length = article.length();
        int line = 0;
        int lines = 0;
        int paragraph = 1;
        out.add("          ");
        for (int i = 0; i < length; i++) {
            byte b = text[i];
            if (b == '\n') {
                out.add("\n\n      ");
                lines += 2;
                line = 6;
                if (numbered) {
                    out.add(RARE[1]).number(paragraph++).add(' ');
                }
            } else if (b == ' ' && line >= 48) {
                out.add('\n');
                line = 0;
                if (++lines % 52 == 0) {
                    out.add('\f');
                }
            } else if (b > CITED || b < 0) {
                out.add(b);
                line++;
            }
        }
    }

    /// The article as HTML; with links to the cited opinions where `linked`.
    void html(Bytes out, long number, boolean linked) {
        out.add(HTML_OPEN);
        out.add("<p id=\"").number(number).add("-1\">");
        int cites = 0;
        int from = 0;
        for (int to = special(from); to < article.length(); from = to + 1, to = special(from)) {
            out.add(article.array(), from, to - from);
            switch (article.array()[to]) {
                case CITES -> {
                    cites++;
                    if (linked) {
                        out.add("<span class=\"citation\" data-id=\"").number(number * 7 + cites);
                        out.add("\"><a href=\"/opinion/").number(number * 7 + cites);
                        out.add("/\" aria-description=\"Citation for case\">");
                    } else {
                        out.add("<a class=\"cite\">");
                    }
                }
                case CITED -> out.add(linked ? "</a></span>" : "</a>");
                default -> out.add("</p>\n<p>");
            }
        }
        out.add("</p></pre>");
    }

    /// The article as the scanned books' XML.
    void xml(Bytes out, long number) {
        out.add(XML_OPEN).add("<p id=\"b").number(number % 997).add("-1\">");
        int paragraph = 1;
        int cites = 0;
        int from = 0;
        for (int to = special(from); to < article.length(); from = to + 1, to = special(from)) {
            out.add(article.array(), from, to - from);
            switch (article.array()[to]) {
                case CITES ->
                        out.add("<extracted-citation index=\"")
                                .number(cites++)
                                .add("\" url=\"https://cite.case.law/\">");
                case CITED -> out.add("</extracted-citation>");
                default ->
                        out.add("</p>\n<p id=\"b")
                                .number(number % 997)
                                .add('-')
                                .number(++paragraph)
                                .add("\">");
            }
        }
        out.add("</p>\n</opinion>");
    }

    /// A reference to a printed volume.
    void citation(Draw draw, Bytes out) {
        out.number(draw.between(1, 999)).add(' ');
        out.add(draw.oneOf(lexicon.names("reporter"))).add(' ').number(draw.between(1, 1999));
        out.add(" (").number(draw.between(1880, 2024)).add(')');
    }

    /// The next place at or after `from` that is rendered in its own way, or the end.
    private int special(int from) {
        var text = article.array();
        int length = article.length();
        int i = from;
        while (i < length && ((text[i] > CITED && text[i] != '\n') || text[i] < 0)) {
            i++;
        }
        return i;
    }

    /// A sentence and a space; it ends soon after `end`.
    private void sentence(Draw draw, Bytes out, int end) {
        int start = out.length();
        long bits = draw.next();
        int words = 6 + (int) (bits & 31);
        bits >>>= 16;
        int left = 3;
        for (int i = 0; i < words && (i < 4 || out.length() < end); i++) {
            if (left == 0) {
                bits = draw.next();
                left = 4;
            }
            var word = lexicon.word((int) bits);
            if ((bits & 31) == 7) {
                out.add(draw.oneOf(RARE));
            }
            out.add(word);
            if ((bits & 15) == 3) {
                out.add(',');
            }
            out.add(' ');
            bits >>>= 16;
            left--;
        }
        byte first = out.array()[start];
        if (first >= 'a' && first <= 'z') {
            out.array()[start] = (byte) (first - 32);
        }
        out.truncate(out.length() - 1);
        out.add('.').add(' ');
    }
}

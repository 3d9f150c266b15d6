package dev.lode.demo.corpus;

/// How many rows a corpus of a size has. The ratios are those of the public data. In small corpora
/// the small tables keep a few rows, and no text is so long that it fills the corpus alone. Source:
/// sizes and counts of the snapshot of 2026-06-30.
final class Scale {
    private static final long ALL_COURTS = 3361;
    private static final long ALL_SCHOOLS = 5820;
    private static final long FEWEST_SCHOOLS = 15;
    private static final long FULL_COURTS_AT = 1_000_000_000L;
    private static final int LONGEST_TEXT = 5_000_000;
    private static final int SHORTEST_TEXT = 60;

    /// Share of opinions that are orders of one paragraph.
    static final double ORDERS = 0.09;

    /// Bytes of all rows that belong to an opinion, but for its own.
    private static final double BYTES_BESIDE_TEXT = 5_700;

    /// How much of an article's length its renderings take together, with escapes.
    private static final double RENDERINGS = 2.22;

    private final long bytes;
    private final int longest;
    private final LogNormal lengths = new LogNormal(6_000, 1.35);
    private final long opinions;

    Scale(long bytes) {
        this.bytes = bytes;
        this.longest = Math.clamp(bytes / 300, 1_500, LONGEST_TEXT);
        double text = (1 - ORDERS) * lengths.mean(SHORTEST_TEXT, longest) + ORDERS * 230;
        double courts = courts() * 330.0 + schools() * 110.0;
        this.opinions =
                Math.max(24, (long) ((bytes - courts) / (RENDERINGS * text + BYTES_BESIDE_TEXT)));
    }

    long bytes() {
        return bytes;
    }

    /// Length of an opinion's article, in characters.
    int articleLength(Draw draw) {
        if (draw.chance(ORDERS)) {
            return Math.min(longest, draw.between(SHORTEST_TEXT, 400));
        }
        if (draw.below(200_000) == 0) {
            return Math.min(longest, draw.between(1_000_000, LONGEST_TEXT));
        }
        return lengths.draw(draw, SHORTEST_TEXT, longest);
    }

    /// Length of another text with that median, in characters.
    int textLength(Draw draw, int median, int most) {
        return (int)
                        Math.min(
                                lengths.draw(draw, 1, LONGEST_TEXT) * (long) median / 6_000,
                                Math.min(most, longest))
                + 1;
    }

    /// Whether a text of that many bytes is no more than a small part of the corpus.
    boolean hasRoomFor(long text) {
        return text <= bytes / 60;
    }

    long opinions() {
        return opinions;
    }

    long courts() {
        return Math.clamp(
                (long) (ALL_COURTS * StrictMath.sqrt((double) bytes / FULL_COURTS_AT)),
                24,
                ALL_COURTS);
    }

    long schools() {
        return Math.clamp(bytes / 40_000, FEWEST_SCHOOLS, ALL_SCHOOLS);
    }

    /// So many rows per opinion, but at least `least`.
    long perOpinion(double ratio, long least) {
        return Math.max(least, Math.round(opinions * ratio));
    }
}

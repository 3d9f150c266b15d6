package dev.lode.demo.corpus;

/// Citations: under which numbers decisions are printed, who cites whom, and what is said of the
/// cited.
final class CitationRows {
    private final World world;
    private final CourtRows courts;

    CitationRows(World world, CourtRows courts) {
        this.world = world;
        this.courts = courts;
    }

    void citation(long index, Row row) {
        var draw = row.draw;
        row.number(world.citations.id(index));
        var reporters = world.lexicon.names("reporter");
        row.number(draw.between(1, 999));
        // Rows of one cluster stand next to each other: their reporters differ.
        row.text(reporters[(int) (index % reporters.length)]);
        row.number(draw.between(1, 1999)).number(draw.between(1, 8) + 10L * row.bump());
        row.number(world.clusters.id(world.citations.owner(index)));
        world.time.migrated(row);
    }

    void cites(long index, Row row) {
        var draw = row.draw;
        int depth =
                draw.below(100) < 90
                        ? draw.between(1, 2)
                        : (int) Math.min(70, 2 / (draw.unit() + 0.02) + 1);
        row.number(world.graph.edges().id(index)).number(depth + row.bump());
        row.number(world.opinions.id(world.graph.cited(index)));
        row.number(world.opinions.id(world.graph.citing(index)));
    }

    void parenthetical(long index, Row row) {
        var draw = row.draw;
        row.number(world.parentheticals.id(index));
        row.open();
        if (Torture.at(index)) {
            row.bytes().add(Torture.text(index));
        } else {
            row.bytes().add(draw.below(3) == 0 ? "holding that " : "noting that ");
            world.prose.words(draw, row.bytes(), draw.between(40, 280));
        }
        row.close();
        row.decimal(draw.below(5_000) * 2L + row.bump(), 4);
        row.number(world.opinions.id(world.opinions.pickPopular(draw, row.fresh())));
        row.number(world.opinions.id(world.opinions.pick(draw, row.fresh())));
        if (draw.below(20) == 0) {
            row.none();
        } else {
            row.number(draw.between(1, 4_000_000));
        }
    }

    void unmatched(long index, Row row) {
        var draw = row.draw;
        int volume = draw.between(1, 999);
        var reporter = draw.oneOf(world.lexicon.names("reporter"));
        // Two of one opinion differ in the parity of their pages.
        long page = draw.between(1, 999) * 2L + (index % 11 == 10 ? 1 : 0);
        row.number(world.unmatched.id(index)).number(volume).text(reporter).number(page);
        row.number(draw.between(1, 8)).number(draw.between(1, 3) + 3L * row.bump());
        row.open().number(volume).add(' ').add(reporter).add(' ').number(page);
        row.close();
        row.text(
                draw.below(3) == 0 ? courts.id(world.courts.pick(draw, row.fresh())) : new byte[0]);
        if (draw.below(3) == 0) {
            row.none();
        } else {
            row.number(world.time.year(draw));
        }
        row.number(world.opinions.id(world.unmatched.owner(index)));
    }
}

package dev.lode.demo.corpus;

/// Decisions: clusters, their opinions and judges.
final class DecisionRows {
    private static final long KIBIBYTES_128 = 128 << 10;
    private static final long MEBIBYTES_8 = 8 << 20;
    private static final long EXACT_128_KIB = 3;
    private static final long EXACT_8_MIB_AND_1 = 5;
    private static final long HUGE = 7;

    private final World world;
    private final Bytes scratch = new Bytes(512);

    DecisionRows(World world) {
        this.world = world;
    }

    void cluster(long index, Row row) {
        var draw = row.draw;
        long id = world.clusters.id(index);
        long docket = world.docketOf(index);
        row.number(id);
        world.time.stamps(row);
        text(row, draw.below(100) < 56, 30);
        row.day(world.time.day(draw)).flag(draw.below(50) == 0);
        if (draw.below(40) == 0) {
            row.none();
        } else {
            scratch.clear();
            world.caseName(docket, scratch);
            World.slug(scratch, 0, scratch.length(), row.open());
            row.close();
        }
        row.blank();
        world.caseName(docket, row.open());
        row.close();
        row.open();
        if (draw.below(3) == 0) {
            world.caseName(docket, row.bytes());
            row.bytes().add(", Appellants and Cross-Appellees");
        }
        row.close();
        if (draw.below(200) == 0) {
            row.open().number(draw.between(1946, 2020)).add('-').padded(draw.below(200), 3);
            row.close()
                    .number(draw.between(1, 3))
                    .number(draw.between(5, 9))
                    .number(draw.between(0, 4));
        } else {
            row.blank().nones(3);
        }
        boolean harvard = source(row);
        text(row, draw.below(50) == 0, 400);
        if (Torture.at(index)) {
            row.text(Torture.text(index));
        } else {
            text(row, draw.below(2) == 0, draw.between(150, 600));
        }
        text(row, draw.below(60) == 0, 30);
        text(row, draw.below(60) == 0, 120);
        passage(row, 0.029, 2_000, 60_000);
        passage(row, 0.096, 1_000, 20_000);
        passage(row, 0.127, 300, 4_000);
        text(row, draw.below(1000) < 43, 25);
        row.blanks(3);
        row.blank();
        int popularity =
                draw.below(100) < 55 ? 0 : (int) Math.min(1 / (draw.unit() + 6e-6), 159_000);
        row.number(popularity + row.bump());
        int status = draw.below(1000);
        row.text(status < 826 ? "Published" : status < 923 ? "Unpublished" : "Unknown");
        if (draw.below(3000) == 0) {
            row.day(world.time.day(draw)).flag(true);
        } else {
            row.none().flag(false);
        }
        if (harvard) {
            row.open()
                    .add("law.free.cap.reporter.")
                    .number(draw.between(1, 400))
                    .add("/")
                    .number(id)
                    .add(".json");
            row.close();
        } else {
            row.blank();
        }
        if (harvard && draw.below(6) > 0) {
            row.open().add("harvard_pdf/").number(id).add(".pdf");
            row.close();
        } else {
            row.blank();
        }
        row.number(world.dockets.id(docket)).blank();
        passage(row, 0.228, 450, 6_000);
    }

    /// Appends where the text came from and tells whether Harvard's scans are among it.
    private boolean source(Row row) {
        var draw = row.draw;
        int first = draw.below(100);
        boolean harvard = first < 66;
        var out = row.open();
        if (draw.below(100) < 8) {
            out.add('Z');
        }
        if (draw.below(100) < 16) {
            out.add('L');
        }
        if (!harvard && first < 88) {
            out.add('C');
        } else if (!harvard && first < 95) {
            out.add('R');
        } else if (!harvard) {
            out.add('G');
        }
        if (harvard) {
            out.add('U');
        }
        row.close();
        return harvard;
    }

    void panel(long index, Row row) {
        long cluster = world.panel.owner(index);
        var draw = row.draw.from(world.clusters.key(cluster) + 9);
        long judge = world.people.pick(draw, row.fresh());
        for (int i = 0; i < index % 3; i++) {
            judge = world.people.nearest(judge + 1, row.fresh());
        }
        row.number(world.panel.id(index))
                .number(world.clusters.id(cluster))
                .number(world.people.id(judge));
    }

    void opinion(long index, Row row) {
        var draw = row.draw;
        long id = world.opinions.id(index);
        boolean harvard = draw.below(100) < 58;
        row.number(id);
        world.time.stamps(row);
        row.open();
        if (draw.below(4) == 0) {
            row.bytes().add(draw.oneOf(world.lexicon.names("last"))).add(", J.");
        }
        row.close().flag(draw.below(20) == 0).blank();
        row.text(kind(index, draw));
        row.open();
        if (!harvard) {
            row.bytes().hex(draw.next(), 16).hex(draw.next(), 16).hex(draw.next(), 8);
        }
        row.close();
        int pages = draw.between(1, 60);
        if (draw.below(10) < 7 && !row.changed()) {
            row.none();
        } else {
            row.number(pages + 100L * row.bump());
        }
        if (draw.below(100) < 22) {
            row.open().add("https://www.courts.example/opinions/").number(id).add(".pdf");
            row.close();
        } else {
            row.none();
        }
        row.open();
        if (draw.below(4) == 0) {
            row.bytes().add("pdf/2016/05/09/opinion_").number(id).add(".pdf");
        }
        row.close();
        texts(index, id, row);
        row.flag(harvard);
        if (draw.below(5) == 0) {
            row.number(world.people.id(world.people.pick(draw, row.fresh())));
        } else {
            row.none();
        }
        row.number(world.clusters.id(world.clusterOf(index)));
    }

    private static String kind(long index, Draw draw) {
        int share = draw.below(1000);
        if (!World.leads(index)) {
            return share < 550
                    ? "040dissent"
                    : share < 920 ? "030concurrence" : "035concurrenceinpart";
        }
        if (share < 510) {
            return "020lead";
        }
        return share < 930 ? "010combined" : share < 990 ? "100trialcourt" : "080onthemerits";
    }

    /// The eight renderings: plain, HTML as found, two older collections, anonymous HTML, two of
    /// scans, HTML with links.
    private void texts(long index, long id, Row row) {
        var draw = row.draw;
        var prose = world.prose;
        int share = draw.below(1000);
        boolean exact = exactLength(index) > 0;
        boolean huge = index == HUGE && world.hugeField > 0;
        boolean odd = Torture.at(index);
        boolean plain = exact || huge || odd || share < 205;
        boolean anonymous = !plain && share < 320;
        boolean lawbox = !plain && share >= 320 && share < 372;
        boolean found = !plain && share >= 890 && share < 960;
        boolean columbia = !plain && share >= 960;
        boolean xml = !plain && !anonymous && !found && !columbia;
        prose.compose(draw, world.scale.articleLength(draw));
        boolean numbered = draw.below(1000) < 135;
        if (huge) {
            var unit = Torture.lookAlike();
            row.open().add(unit);
            row.closeRepeated(Math.max(1, world.hugeField / unit.length));
        } else {
            var out = row.open();
            int from = out.length();
            if (plain) {
                prose.plain(out, numbered);
            }
            if (odd) {
                out.add('\n').add(Torture.text(index));
            }
            if (exact) {
                fit(out, from, exactLength(index));
            }
            row.close();
        }
        row.open();
        if (found) {
            prose.html(row.bytes(), id, false);
        }
        row.close().open();
        if (lawbox) {
            prose.html(row.bytes(), id + 1, false);
        }
        row.close().open();
        if (columbia) {
            prose.html(row.bytes(), id + 2, false);
        }
        row.close().open();
        if (anonymous) {
            prose.html(row.bytes(), id + 3, false);
        }
        row.close().open();
        if (xml) {
            prose.xml(row.bytes(), id);
        }
        row.close().blank().open();
        if (draw.below(1000) > 0) {
            prose.html(row.bytes(), id, true);
        }
        row.close();
    }

    /// Readers have limits at 128 KiB and 8 MiB: texts of exactly that many bytes, where the corpus
    /// has room for them.
    private long exactLength(long index) {
        if (index == EXACT_128_KIB && world.scale.hasRoomFor(KIBIBYTES_128)) {
            return KIBIBYTES_128;
        }
        return index == EXACT_8_MIB_AND_1 && world.scale.hasRoomFor(MEBIBYTES_8)
                ? MEBIBYTES_8 + 1
                : 0;
    }

    private static void fit(Bytes out, int from, long length) {
        out.truncate(from);
        long end = from + length;
        while (out.length() < end) {
            out.add("exactly so long. ");
        }
        out.truncate((int) end);
    }

    void joinedBy(long index, Row row) {
        row.number(world.joinedBy.id(index)).number(world.opinions.id(world.joinedBy.owner(index)));
        row.number(world.people.id(world.people.pick(row.draw, row.fresh())));
    }

    private void text(Row row, boolean filled, int chars) {
        row.open();
        if (filled) {
            world.prose.words(row.draw, row.bytes(), chars);
        }
        row.close();
    }

    /// Paragraphs of a share of the rows, one in two as XML.
    private void passage(Row row, double share, int median, int most) {
        var draw = row.draw;
        boolean filled = draw.chance(share);
        row.open();
        if (filled) {
            world.prose.compose(draw, world.scale.textLength(draw, median, most));
            if (draw.below(2) == 0) {
                world.prose.xml(row.bytes(), world.clusters.id(0) + draw.below(900));
            } else {
                world.prose.plain(row.bytes(), false);
            }
        }
        row.close();
    }
}

package dev.lode.demo.corpus;

/// Cases: dockets, what the lower court and the statisticians know of them, and the recordings of
/// their arguments.
final class CaseRows {
    private static final String[] ARCHIVED = {"/docket.xml", "/docket.json"};

    private final World world;
    private final CourtRows courts;

    CaseRows(World world, CourtRows courts) {
        this.world = world;
        this.courts = courts;
    }

    void docket(long index, Row row) {
        var draw = row.draw;
        long id = world.dockets.id(index);
        boolean fresh = row.fresh();
        int filed = world.time.day(draw);
        boolean pacer = draw.below(10) < 6;
        row.number(id);
        world.time.stamps(row);
        row.number(pacer ? 9 : 2);
        boolean appeal = draw.below(30) == 0;
        row.text(appeal ? "District Court" : "");
        name(row, 3);
        name(row, 12);
        row.text(draw.below(60) == 0 ? "Per Curiam Panel" : "");
        if (draw.below(3) == 0) {
            row.moment(world.time.moment(draw));
        } else {
            row.none();
        }
        row.nones(2);
        if (draw.below(40) == 0) {
            row.day(filed + 200);
        } else {
            row.none();
        }
        row.nones(2);
        if (draw.below(100) < 15) {
            row.none();
        } else {
            row.day(filed);
        }
        if (draw.below(3) == 0) {
            row.day(filed + draw.between(30, 1500));
        } else {
            row.none();
        }
        if (draw.below(2) == 0) {
            row.day(filed + draw.between(5, 1500));
        } else {
            row.none();
        }
        row.blank();
        var out = row.open();
        int from = out.length();
        if (Torture.at(index)) {
            out.add(Torture.text(index)).add(' ');
        }
        world.caseName(index, out);
        int to = out.length();
        row.close().blank();
        World.slug(out, from, to, row.open());
        row.close();
        numbers(index, row, filed, pacer);
        boolean suit = pacer && draw.below(100) < 58;
        row.text(suit ? draw.oneOf(world.lexicon.names("cause")) : new byte[0]);
        row.text(suit ? draw.oneOf(world.lexicon.names("suit")) : new byte[0]);
        row.text(suit && draw.below(2) == 0 ? "Plaintiff" : "")
                .text(suit ? "Federal Question" : "");
        row.blanks(4);
        archived(row, index, pacer && draw.below(2) == 0);
        if (pacer && draw.below(4) == 0) {
            row.number(0).flag(draw.below(2) == 0).moment(world.time.moment(draw));
        } else {
            row.nones(3);
        }
        row.number(draw.below(3) == 0 ? draw.below(400) + row.bump() : row.bump());
        if (draw.below(3000) == 0) {
            row.day(filed + 3000).flag(true);
        } else {
            row.none().flag(false);
        }
        if (appeal) {
            row.text(courts.id(world.courts.pick(draw, fresh)));
        } else {
            row.none();
        }
        person(row, 4);
        row.text(courts.id(world.courtOf(index)));
        only(row, world.fjc, index % 664 == 5 ? index / 664 : -1);
        only(row, world.originating, index % 133 == 0 ? index / 133 : -1);
        person(row, 30);
        if (pacer) {
            row.text("cv").open().number(draw.between(1, 9));
            row.close().text("JD").text(draw.below(2) == 0 ? "KBM" : "").none();
        } else {
            row.blanks(4).none();
        }
        if (draw.below(200) == 0 && index != 0) {
            long parent = world.dockets.pick(draw, fresh);
            row.number(world.dockets.id(parent == index ? 0 : parent));
        } else {
            row.none();
        }
        row.blank().number(draw.below(2));
    }

    /// Where the Internet Archive keeps the docket.
    private static void archived(Row row, long index, boolean archived) {
        for (var ending : ARCHIVED) {
            row.open();
            if (archived) {
                row.bytes()
                        .add("https://archive.example/download/gov.uscourts.")
                        .number(index)
                        .add(ending);
            }
            row.close();
        }
    }

    /// Docket number, its core, and the number of the federal case system.
    private void numbers(long index, Row row, int filed, boolean pacer) {
        var draw = row.draw;
        int number = draw.below(100_000);
        int year = Math.floorMod(1970 + filed / 365, 100);
        int office = draw.between(1, 8);
        if (pacer) {
            row.open().number(office).add(":").padded(year, 2);
            row.bytes().add(draw.below(3) == 0 ? "-bk-" : "-cv-").padded(number, 5);
            row.close();
            row.open().padded(year, 2).padded(number, 5);
            row.close();
            row.number(100_000 + index);
            return;
        }
        if (draw.below(30) == 0) {
            row.none();
        } else {
            row.open().add("No. ").number(number / 1000).add(',').padded(number % 1000, 3);
            row.close();
        }
        row.blank().none();
    }

    void originating(long index, Row row) {
        var draw = row.draw;
        int filed = world.time.day(draw);
        row.number(world.originating.id(index));
        world.time.stamps(row);
        row.open()
                .number(draw.between(1, 8))
                .add(":")
                .padded(draw.below(100), 2)
                .add("-cv-")
                .padded(draw.below(99_999), 5);
        row.close();
        name(row, 2);
        name(row, 4);
        row.text(row.changed() ? "Reporter of record" : "");
        row.none().day(filed).day(filed + 400).none();
        if (draw.below(2) == 0) {
            row.day(filed + 420).day(filed + 430);
        } else {
            row.nones(2);
        }
        person(row, 3);
        person(row, 8);
        row.blank();
    }

    void fjc(long index, Row row) {
        var draw = row.draw;
        int filed = world.time.day(draw);
        row.number(world.fjc.id(index));
        world.time.stamps(row);
        row.number(draw.between(1, 9)).number(draw.between(1, 9));
        row.open().padded(draw.below(10_000_000), 7);
        row.close()
                .number(draw.between(1, 13))
                .day(filed)
                .number(draw.between(1, 5))
                .number(draw.between(110, 990));
        row.number(draw.between(1, 49)).number(draw.between(100, 9999)).blank();
        if (draw.below(3) == 0) {
            row.number(draw.between(1, 66)).flag(draw.below(9) == 0).number(draw.between(0, 9999));
        } else {
            row.nones(2).none();
        }
        row.number(draw.between(1, 88_999)).blank().blank().blank();
        row.text(draw.oneOf(world.lexicon.names("last")));
        world.company(draw, row.open());
        row.close();
        row.none().blanks(3);
        if (draw.below(5) > 0) {
            row.day(filed + draw.between(20, 2000))
                    .number(0)
                    .number(draw.between(1, 12))
                    .number(draw.between(0, 20));
            row.number(draw.between(0, 9));
        } else {
            row.nones(5);
        }
        row.number(draw.below(2000) * 2 + row.bump())
                .number(draw.between(0, 4))
                .number(draw.between(0, 3));
        row.number(draw.between(1990, 2024)).blank();
        if (draw.below(2) == 0) {
            row.number(draw.between(1, 3));
        } else {
            row.none();
        }
        long circuit = world.courts.nearest(1 + draw.below(13), row.fresh());
        row.text(courts.id(circuit)).text(courts.id(world.courts.pick(draw, row.fresh())));
    }

    void audio(long index, Row row) {
        var draw = row.draw;
        boolean fresh = row.fresh();
        long docket = world.dockets.pick(draw, fresh);
        row.number(world.audio.id(index));
        world.time.stamps(row);
        row.text("C").blank();
        world.caseName(docket, row.open());
        row.close().blank();
        if (draw.below(4) == 0) {
            row.none();
        } else {
            name(row, 1);
        }
        row.open().hex(draw.next(), 16).hex(draw.next(), 16).hex(draw.next(), 8);
        row.close();
        row.open().add("https://www.ca9.uscourts.example/media/").number(index).add(".mp3");
        row.close();
        row.open()
                .add("mp3/2019/07/")
                .number(draw.between(1, 28))
                .add("/argument_")
                .number(index)
                .add(".mp3");
        row.close();
        row.open().add("wma/2019/07/argument_").number(index).add(".wma");
        row.close();
        row.blank();
        if (draw.below(2) == 0) {
            row.number(draw.between(0, 3));
        } else {
            row.none();
        }
        row.number(draw.between(300, 7200)).flag(true).none().flag(false).number(1 + row.bump());
        var transcript = row.open();
        if (draw.below(8) > 0) {
            if (Torture.at(index)) {
                transcript.add(Torture.text(index)).add('\n');
            }
            world.prose.sentences(draw, transcript, world.scale.textLength(draw, 14_000, 200_000));
        }
        row.close().number(1);
        if (draw.below(50) == 0) {
            row.none();
        } else {
            row.number(world.dockets.id(docket));
        }
    }

    private void name(Row row, int oneIn) {
        boolean named = row.draw.below(oneIn) == 0;
        row.open();
        if (named) {
            world.person(row.draw, row.bytes());
        }
        row.close();
    }

    private void person(Row row, int oneIn) {
        if (row.draw.below(oneIn) == 0) {
            row.number(world.people.id(world.people.pick(row.draw, row.fresh())));
        } else {
            row.none();
        }
    }

    /// The one row that no other docket refers to, where there is one already.
    private static void only(Row row, Population rows, long index) {
        if (index >= 0 && rows.exists(index, row.fresh())) {
            row.number(rows.id(index));
        } else {
            row.none();
        }
    }
}

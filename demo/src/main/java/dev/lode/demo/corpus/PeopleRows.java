package dev.lode.demo.corpus;

/// People, what they are, were and studied.
final class PeopleRows {
    private static final String[] RACES = {"w", "b", "i", "a", "p", "mena", "h", "o"};
    private static final String[] PARTIES = {"d", "r", "i", "g", "l", "u"};
    private static final String[] POSITIONS = {
        "jud", "c-jud", "mag", "pj", "prac", "prof", "pres", "clerk"
    };
    private static final String[] ENDS = {
        "retire_vol", "retire_mand", "resign", "ded", "lost", "other_pos"
    };
    private static final String[] SELECTIONS = {
        "e_part", "e_non_part", "a_pres", "a_gov", "a_legis"
    };
    private static final String DAY = "%Y-%m-%d";
    private static final String YEAR = "%Y";

    private final World world;
    private final CourtRows courts;

    PeopleRows(World world, CourtRows courts) {
        this.world = world;
        this.courts = courts;
    }

    void person(long index, Row row) {
        var draw = row.draw;
        var names = world.lexicon;
        long id = world.people.id(index);
        var first = draw.oneOf(names.names("first"));
        var last = draw.oneOf(names.names("last"));
        row.number(id);
        world.time.stamps(row);
        if (draw.below(3) == 0) {
            row.moment(world.time.moment(draw));
        } else {
            row.none();
        }
        if (draw.below(5) < 3) {
            row.number(1_360_000 + index);
        } else {
            row.none();
        }
        var slug = row.open();
        var plain = new Bytes(128).add(first).add(' ').add(last);
        World.slug(plain, 0, plain.length(), slug);
        slug.add('-').number(id);
        row.close().text(first);
        row.text(draw.below(2) == 0 ? draw.oneOf(names.names("first")) : new byte[0]);
        row.text(last).text(draw.below(20) == 0 ? "jr" : "");
        optionalDay(row, 4, true);
        optionalDay(row, 2, false);
        place(row, draw.below(2) == 0);
        place(row, draw.below(4) == 0);
        row.text(draw.below(3) == 0 ? "f" : "m").text(draw.below(12) == 0 ? "pr" : "");
        if (draw.below(20) == 0) {
            row.decimal(draw.below(50_000_000) + row.bump(), 2);
        } else if (row.changed()) {
            row.decimal(12_345, 2);
        } else {
            row.none();
        }
        if (draw.below(10) == 0) {
            row.number(draw.below(10_000_000));
        } else {
            row.none();
        }
        row.flag(draw.below(3) == 0);
        if (draw.below(12) == 0 && index != 0) {
            long other = world.people.pick(draw, row.fresh());
            row.number(world.people.id(other == index ? 0 : other));
        } else {
            row.none();
        }
    }

    void race(long index, Row row) {
        row.number(world.races.id(index)).text(RACES[(int) index]);
    }

    void personRace(long index, Row row) {
        row.number(world.personRaces.id(index)).number(world.people.id(index * 2));
        row.number(world.races.id(world.races.pick(row.draw, false)));
    }

    void school(long index, Row row) {
        var draw = row.draw;
        row.number(world.schools.id(index));
        world.time.stamps(row);
        row.open()
                .add(draw.oneOf(world.lexicon.names("last")))
                .add(draw.below(2) == 0 ? " University" : " College");
        row.bytes().add(" of Law ").number(index);
        row.close();
        if (draw.below(10) == 0) {
            row.none();
        } else {
            row.number(10_000_000 + draw.below(980_000_000) / 2 * 2 + row.bump());
        }
        if (draw.below(25) == 0 && index != 0) {
            long other = world.schools.pick(draw, row.fresh());
            row.number(world.schools.id(other == index ? 0 : other));
        } else {
            row.none();
        }
    }

    void position(long index, Row row) {
        var draw = row.draw;
        var names = world.lexicon;
        row.number(world.positions.id(index));
        world.time.stamps(row);
        boolean judge = draw.below(3) > 0;
        if (judge) {
            row.text(draw.oneOf(POSITIONS)).blank().none().none();
        } else {
            row.none();
            row.text("Partner, \"of counsel\"").number(draw.between(1, 3));
            world.company(draw, row.open());
            row.close();
        }
        row.text(draw.oneOf(names.names("city"))).text(draw.oneOf(names.names("state")));
        boolean nominated = judge && draw.below(3) == 0;
        int start = world.time.day(draw);
        if (nominated) {
            row.day(start - 120).nones(2).day(start - 100).day(start - 60).text("rep_w_approval");
            row.day(start - 80).day(start - 10);
        } else {
            row.nones(5).blank().nones(2);
        }
        row.day(start).text(draw.below(3) == 0 ? YEAR : DAY);
        if (draw.below(2) == 0) {
            row.day(start + draw.between(300, 9_000)).text(draw.oneOf(ENDS)).text(DAY);
        } else {
            row.none().blanks(2);
        }
        row.none();
        row.text(nominated ? "fed_senate" : "").text(nominated ? "s" : "");
        if (nominated) {
            row.flag(draw.below(2) == 0).number(draw.between(51, 100)).number(draw.between(0, 49));
            row.decimal(draw.between(500, 1000), 1).decimal(draw.between(0, 499), 1);
        } else {
            row.nones(5);
        }
        row.text(draw.oneOf(SELECTIONS)).flag(row.changed());
        if (judge && draw.below(5) < 2) {
            row.number(world.positions.id(world.positions.pick(draw, row.fresh())));
        } else {
            row.none();
        }
        if (judge) {
            row.text(courts.id(world.courts.pick(draw, row.fresh())));
        } else {
            row.none();
        }
        person(row);
        if (judge && draw.below(4) == 0) {
            person(row);
        } else {
            row.none();
        }
        if (!judge && draw.below(4) == 0) {
            row.number(world.schools.id(world.schools.pick(draw, row.fresh())));
        } else {
            row.none();
        }
        if (draw.below(30) == 0) {
            person(row);
        } else {
            row.none();
        }
    }

    void education(long index, Row row) {
        var draw = row.draw;
        row.number(world.educations.id(index));
        world.time.stamps(row);
        row.text(draw.oneOf(world.lexicon.names("degree")));
        row.text(row.changed() ? "cum laude" : "");
        if (draw.below(3) == 0) {
            row.none();
        } else {
            row.number(world.time.year(draw));
        }
        person(row);
        row.number(world.schools.id(world.schools.pick(draw, row.fresh())));
    }

    void affiliation(long index, Row row) {
        var draw = row.draw;
        row.number(world.affiliations.id(index));
        world.time.stamps(row);
        row.text(draw.oneOf(PARTIES)).text(row.changed() ? "o" : "b");
        if (draw.below(3) == 0) {
            row.day(world.time.day(draw)).text(YEAR);
        } else {
            row.none().blank();
        }
        row.none().blank();
        person(row);
    }

    private void person(Row row) {
        row.number(world.people.id(world.people.pick(row.draw, row.fresh())));
    }

    private void optionalDay(Row row, int oneNot, boolean birth) {
        var draw = row.draw;
        int day = world.time.day(draw);
        if (draw.below(oneNot) == 0) {
            row.none().blank();
        } else {
            row.day(birth ? day - 15_000 : day).text(draw.below(3) == 0 ? YEAR : DAY);
        }
    }

    private void place(Row row, boolean known) {
        var draw = row.draw;
        var city = draw.oneOf(world.lexicon.names("city"));
        var state = draw.oneOf(world.lexicon.names("state"));
        if (known) {
            row.text(city).text(state).text("United States");
        } else {
            row.blanks(3);
        }
    }
}

package dev.lode.demo.corpus;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Courts, their buildings, and who hears whose appeals.
final class CourtRows {
    /// Indexes of courts: the Supreme Court, circuits, districts, bankruptcy courts, then the
    /// states' courts.
    static final int SUPREME = 0;

    static final int FIRST_DISTRICT = 14;
    static final int FIRST_STATE = 202;

    private static final int DISTRICTS = 94;
    private static final String[] CIRCUITS = {
        "ca1", "ca2", "ca3", "ca4", "ca5", "ca6", "ca7", "ca8", "ca9", "ca10", "ca11", "cadc",
        "cafc"
    };
    private static final String[] STATE_KINDS = {"S", "SA", "ST", "SS", "SAG", "ST"};
    private static final String[] STATE_TITLES = {
        "Supreme Court of ",
        "Court of Appeals of ",
        "Superior Court of ",
        "Tax Court of ",
        "Attorney General of ",
        "Circuit Court of "
    };

    private final World world;
    private final byte[][] ids;

    CourtRows(World world) {
        this.world = world;
        ids = new byte[(int) world.courts.span()][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Lexicon.utf8(slug(i));
        }
    }

    /// The key of the court at an index.
    byte[] id(long court) {
        return ids[(int) court];
    }

    private String slug(int court) {
        if (court == SUPREME) {
            return "scotus";
        }
        if (court < FIRST_DISTRICT) {
            return CIRCUITS[court - 1];
        }
        var states = world.lexicon.names("state");
        if (court < FIRST_STATE) {
            int trial = court - FIRST_DISTRICT;
            int district = trial % DISTRICTS;
            return state(district % states.length)
                    + (district < states.length ? "e" : "w")
                    + (trial < DISTRICTS ? "d" : "b");
        }
        int number = court - FIRST_STATE;
        int tier = number / states.length;
        return state(number % states.length) + (tier == 0 ? "" : tier == 1 ? "ctapp" : "ct" + tier);
    }

    private String state(int index) {
        return new String(world.lexicon.names("state")[index], StandardCharsets.US_ASCII)
                .toLowerCase(Locale.ROOT);
    }

    private String kind(int court) {
        if (court < FIRST_DISTRICT) {
            return "F";
        }
        if (court < FIRST_STATE) {
            return court < FIRST_DISTRICT + DISTRICTS ? "FD" : "FB";
        }
        return STATE_KINDS[
                (court - FIRST_STATE) / world.lexicon.names("state").length % STATE_KINDS.length];
    }

    void court(long index, Row row) {
        var draw = row.draw;
        int court = (int) index;
        boolean trial = court >= FIRST_DISTRICT && court < FIRST_STATE;
        row.text(id(index));
        if (trial) {
            row.number(court).flag(draw.below(3) > 0).text("all");
            row.moment(world.time.moment(draw));
            row.open().padded(court % 100, 2);
            row.close();
        } else {
            row.nones(2).blank().none().blank();
        }
        world.time.modified(row);
        row.flag(draw.below(10) > 0).flag(court < FIRST_DISTRICT || draw.below(4) == 0);
        row.flag(court < FIRST_DISTRICT);
        row.decimal(100 + 37L * court, 2);
        row.open().add(id(index)).add(". Ct.");
        row.close();
        title(court, row.open());
        row.close();
        row.open().add("The ");
        title(court, row.bytes());
        row.close();
        row.open().add("https://www.").add(id(index)).add(".uscourts.example/");
        row.close();
        if (draw.below(3) > 0) {
            row.day(world.time.day(draw) / 2 - 12_000);
        } else {
            row.none();
        }
        row.none().text(kind(court));
        var notes = row.open();
        if (Torture.at(index)) {
            notes.add(Torture.text(index));
        }
        if (row.changed()) {
            notes.add("moved");
        }
        row.close();
        boolean child = court >= FIRST_STATE || (trial && draw.below(4) == 0);
        if (child || court % 11 == 3) {
            long parent = world.courts.pick(draw, row.fresh());
            row.text(id(parent == index ? SUPREME : parent));
        } else {
            row.none();
        }
    }

    private void title(int court, Bytes out) {
        if (court == SUPREME) {
            out.add("Supreme Court of the United States");
        } else if (court < FIRST_DISTRICT) {
            out.add("United States Court of Appeals, ").add(CIRCUITS[court - 1]);
        } else if (court < FIRST_STATE) {
            out.add(court < FIRST_DISTRICT + DISTRICTS ? "District Court, " : "Bankruptcy Court, ")
                    .add(ids[court]);
        } else {
            int number = court - FIRST_STATE;
            var states = world.lexicon.names("state");
            out.add(STATE_TITLES[number / states.length % STATE_TITLES.length]);
            out.add(states[number % states.length]).add(", no. ").number(number / states.length);
        }
    }

    void appeal(long index, Row row) {
        long from = index * 2 + 1;
        long to = world.courts.pick(row.draw, row.fresh());
        row.number(world.appeals.id(index)).text(id(from)).text(id(to == from ? SUPREME : to));
    }

    void courthouse(long index, Row row) {
        var draw = row.draw;
        var names = world.lexicon;
        row.number(world.courthouses.id(index));
        if (draw.below(8) == 0) {
            row.none();
        } else {
            row.flag(draw.below(2) == 0);
        }
        row.open().add(draw.oneOf(names.names("last"))).add(" United States Courthouse");
        row.close();
        row.open()
                .number(draw.between(1, 999))
                .add(' ')
                .add(draw.oneOf(names.names("last")))
                .add(" Street");
        row.close();
        row.text(row.changed() ? "Suite 2" : "");
        row.text(draw.oneOf(names.names("city"))).text(draw.oneOf(names.names("city")));
        row.text(draw.oneOf(names.names("state")));
        row.open().padded(draw.below(100_000), 5);
        row.close();
        row.text("US").text(id(world.courts.pick(draw, row.fresh())));
    }
}

package dev.lode.demo.corpus;

/// The financial reports of judges and what is listed in them.
final class DisclosureRows {
    private static final String[] CODES = {"A", "B", "C", "D", "E", "F", "G", "H1", "H2", ""};

    private final World world;

    DisclosureRows(World world) {
        this.world = world;
    }

    void disclosure(long index, Row row) {
        var draw = row.draw;
        long id = world.disclosures.id(index);
        row.number(id);
        world.time.stamps(row);
        int year = draw.between(2003, 2024);
        row.number(year);
        row.open()
                .add("https://storage.courts.example/us/federal/judicial/")
                .number(year)
                .add('/')
                .number(id)
                .add(".pdf");
        row.close();
        row.open()
                .add("us/federal/judicial/financial-disclosures/")
                .number(id)
                .add("/report-")
                .number(year)
                .add(".pdf");
        row.close();
        if (draw.below(3) == 0) {
            row.none();
        } else {
            row.open()
                    .add("us/federal/judicial/financial-disclosures/")
                    .number(id)
                    .add("/thumbnail.png");
            row.close();
        }
        row.number(draw.between(0, 2)).number(draw.between(3, 60) + 100L * row.bump());
        row.open().hex(draw.next(), 16).hex(draw.next(), 16).hex(index << 32, 8);
        row.close();
        row.number(draw.between(-1, 4));
        if (draw.below(4) == 0) {
            row.none();
        } else {
            row.flag(draw.below(9) == 0);
        }
        listed(row, index, draw.below(4) == 0, 300);
        row.flag(draw.below(30) == 0).flag(true);
        row.number(world.people.id(world.people.pick(draw, row.fresh())));
    }

    void investment(long index, Row row) {
        var draw = row.draw;
        begin(world.investments, index, row);
        row.number(draw.between(3, 40) + 100L * row.bump());
        listed(row, index, true, 35);
        row.flag(draw.below(50) == 0);
        row.text(draw.oneOf(CODES))
                .text(draw.below(2) == 0 ? "Dividend" : "")
                .text(draw.oneOf(CODES));
        row.text(draw.below(2) == 0 ? "T" : "");
        if (draw.below(4) == 0) {
            row.text(draw.below(2) == 0 ? "Sold (part)" : "Buy");
            int day = world.time.day(draw);
            row.open()
                    .padded(draw.between(1, 12), 2)
                    .add('/')
                    .padded(draw.between(1, 28), 2)
                    .add("/11");
            row.close().day(day).text(draw.oneOf(CODES)).text(draw.oneOf(CODES)).blank();
        } else {
            row.blanks(2).none().blanks(3);
        }
        row.flag(draw.below(3) == 0);
        end(row);
    }

    void position(long index, Row row) {
        begin(world.outsidePositions, index, row);
        row.text(row.draw.below(2) == 0 ? "Trustee" : "Director");
        listed(row, index, true, 40);
        row.flag(row.changed());
        end(row);
    }

    void agreement(long index, Row row) {
        begin(world.agreements, index, row);
        year(row);
        listed(row, index, true, 90);
        row.flag(row.changed());
        end(row);
    }

    void otherIncome(long index, Row row) {
        begin(world.otherIncome, index, row);
        year(row);
        listed(row, index, true, 40);
        row.open().add('$').number(row.draw.between(100, 90_000)).add(".00");
        row.close().flag(row.changed());
        end(row);
    }

    void spouseIncome(long index, Row row) {
        begin(world.spouseIncome, index, row);
        listed(row, index, true, 40);
        year(row);
        row.flag(row.changed());
        end(row);
    }

    void reimbursement(long index, Row row) {
        begin(world.reimbursements, index, row);
        listed(row, index, true, 30);
        year(row);
        row.text(row.draw.oneOf(world.lexicon.names("city")))
                .text("Teaching")
                .text("Transportation, meals, and room");
        row.flag(row.changed());
        end(row);
    }

    void gift(long index, Row row) {
        begin(world.gifts, index, row);
        listed(row, index, true, 25);
        row.text("Honorary \"membership\"");
        row.open().add('$').number(row.draw.between(100, 9_000));
        row.close().flag(row.changed());
        end(row);
    }

    void debt(long index, Row row) {
        begin(world.debts, index, row);
        world.company(row.draw, row.open());
        row.close();
        listed(row, index, true, 25);
        row.text(row.draw.oneOf(CODES)).flag(row.changed());
        end(row);
    }

    private void begin(Population rows, long index, Row row) {
        row.number(rows.id(index));
        world.time.stamps(row);
    }

    private void end(Row row) {
        row.number(world.disclosures.id(world.disclosures.pick(row.draw, row.fresh())));
    }

    private void year(Row row) {
        row.number(row.draw.between(2003, 2024));
    }

    private void listed(Row row, long index, boolean filled, int chars) {
        row.open();
        if (filled && Torture.at(index)) {
            row.bytes().add(Torture.text(index));
        } else if (filled) {
            world.prose.words(row.draw, row.bytes(), chars);
        }
        row.close();
    }
}

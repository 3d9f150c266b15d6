package dev.lode.demo.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// What lies beside the files of a snapshot: its schema and load script, one-off files, other
/// dates.
final class Decoys {
    private static final int DAYS_TO_MISSING = 8;
    private static final int DAYS_TO_PLACEHOLDER = 15;
    private static final int DAYS_OFF_CYCLE = 9;
    private static final LocalDate OLDEST = LocalDate.of(2022, 8, 2);

    /// An empty bzip2 stream: all that a failed export leaves.
    static final byte[] PLACEHOLDER = {
        'B', 'Z', 'h', '9', 0x17, 0x72, 0x45, 0x38, 0x50, (byte) 0x90, 0, 0, 0, 0
    };

    private final CorpusSpec spec;
    private final List<TableShape> shapes;
    private final Path folder;
    private final Compressing compressing;
    private final List<String> names = new ArrayList<>();

    Decoys(CorpusSpec spec, List<TableShape> shapes, Path folder, Compressing compressing) {
        this.spec = spec;
        this.shapes = shapes;
        this.folder = folder;
        this.compressing = compressing;
    }

    /// Writes them and returns their names, relative to the folder.
    List<String> write() throws IOException {
        if (spec.decoys()) {
            var date = spec.date().plusDays(spec.fault(Fault.TWO_DATES, "").isPresent() ? 1 : 0);
            text("schema-" + date + ".sql", "-- the publisher's own schema\nSELECT 1;\n");
            text(
                    "load-bulk-data-" + date + ".sh",
                    "#!/bin/bash\nset -e\necho 'the publisher'\"'\"'s own script'\n");
            bytes("dockets-" + spec.date() + ".delta.csv.bz2", PLACEHOLDER);
            text(
                    "randoms/scotus_caption_data.csv",
                    "\"id\",\"caption\"\n\"1\",\"shifted\",\"columns\"\n");
        }
        for (var planted : spec.faults()) {
            switch (planted.fault()) {
                case TABLE_MISSING_FROM_NEWEST -> newer(DAYS_TO_MISSING, planted.table(), false);
                case PLACEHOLDER_IN_NEWEST -> newer(DAYS_TO_PLACEHOLDER, planted.table(), true);
                case OFF_CYCLE -> {
                    for (var shape : shapes) {
                        if (shape.table().equals(planted.table())) {
                            header(shape, spec.date().plusDays(DAYS_OFF_CYCLE));
                        }
                    }
                }
                case MANY_KEYS -> many(planted.count());
                default -> {}
            }
        }
        return names;
    }

    private void newer(int days, String table, boolean placeholder) throws IOException {
        var date = spec.date().plusDays(days);
        for (var shape : shapes) {
            if (!shape.table().equals(table)) {
                header(shape, date);
            } else if (placeholder) {
                bytes(name(shape, date), PLACEHOLDER);
            }
        }
    }

    /// A third lies in `randoms/`, the rest are placeholders of old dates of every item.
    private void many(int keys) throws IOException {
        int randoms = keys / 3;
        for (int i = 0; i < randoms; i++) {
            text("randoms/random-" + i + ".csv", "\"id\"\n\"" + i + "\"\n");
        }
        for (int i = 0; i < keys - randoms; i++) {
            var date = OLDEST.plusDays(29L * (i / shapes.size()));
            if (!date.equals(spec.date())) {
                bytes(name(shapes.get(i % shapes.size()), date), PLACEHOLDER);
            }
        }
    }

    private String name(TableShape shape, LocalDate date) {
        return shape.item() + "-" + date + spec.packing().suffix();
    }

    private void header(TableShape shape, LocalDate date) throws IOException {
        var name = name(shape, date);
        try (var sink = new FileSink(folder.resolve(name), compressing, Era.of(date), () -> {})) {
            HeaderOrder.write(shape, HeaderOrder.of(shape, spec.withoutFaults()), sink.buffer());
        }
        names.add(name);
    }

    private void text(String name, String content) throws IOException {
        bytes(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(String name, byte[] content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        names.add(name);
    }
}

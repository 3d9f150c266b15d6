package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.embedded.EmbeddedServer;
import dev.lode.embedded.EmbeddedSettings;
import dev.lode.store.Disk;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The part of a [Rehearsal] that needs a server: made-up files are loaded into one of its own, the
/// same once more, then a next snapshot, and the ledger is asked. A load runs through some 330 call
/// sites of lambdas, and making their classes takes a tenth of a second of each run that finds them
/// not in the cache.
///
/// Everything lies in one folder. Settings of the user are not looked at.
final class DressRehearsal {
    private static final String PACK =
            """
            dataset: rehearsal
            title: Rehearsal
            licence: none
            schema: rehearsal
            snapshot: "{item}-{date}.csv.bz2"
            format:
              csv: { header: true, quote: '"', escape: '\\', null: unquoted-empty }
            tables:
              place: { item: places, mode: upsert, key: [id], version: changed_at }
              visit: { item: visits, mode: upsert, key: [id] }
              note: { item: notes, mode: replace, key: [id] }
            """;

    private static final String SCHEMA =
            """
            CREATE TABLE place (id integer NOT NULL, changed_at timestamptz NOT NULL, name text NOT NULL, text text);
            CREATE TABLE visit (id bigint NOT NULL, place_id integer NOT NULL, day date, good boolean);
            CREATE TABLE note (id integer NOT NULL, name varchar(40) NOT NULL);
            ALTER TABLE place ADD CONSTRAINT place_pkey PRIMARY KEY (id);
            ALTER TABLE visit ADD CONSTRAINT visit_pkey PRIMARY KEY (id);
            ALTER TABLE note ADD CONSTRAINT note_pkey PRIMARY KEY (id);
            CREATE INDEX place_name ON place (name);
            CREATE INDEX visit_place ON visit (place_id);
            ALTER TABLE visit ADD CONSTRAINT visit_place_fkey FOREIGN KEY (place_id) REFERENCES place (id);
            """;

    private static final int ROWS = 3000;

    private final Path folder;
    private final PrintWriter nobody;

    /// @param folder exists and is empty; what is written to it is left there
    /// @param nobody gets what the commands say
    DressRehearsal(Path folder, PrintWriter nobody) {
        this.folder = folder;
        this.nobody = nobody;
    }

    /// Runs it. The server has ended when this returns, and when the process is told to end.
    ///
    /// @return exit codes of the commands
    /// @throws LodeException where no server can run here
    List<Integer> run() throws IOException {
        write("packs/rehearsal/pack.yaml", PACK.getBytes(StandardCharsets.UTF_8));
        write("packs/rehearsal/schema.sql", SCHEMA.getBytes(StandardCharsets.UTF_8));
        Path first = snapshot("2026-01-01", 0);
        Path next = snapshot("2026-02-01", ROWS / 50);
        var settings =
                EmbeddedSettings.standard()
                        .with("fsync", "off")
                        .withStartTimeout(Duration.ofSeconds(60))
                        .withStopPatience(Duration.ofSeconds(10));
        Path postgres = folder.resolve("postgres");
        // Also one that is just being started when the process is told to end.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> EmbeddedServer.stop(postgres, settings, true)));
        try (var _ = EmbeddedServer.open(postgres, settings)) {
            var codes = new ArrayList<Integer>();
            codes.add(lode("load", "rehearsal", "--from=" + first));
            codes.add(lode("load", "rehearsal", "--from=" + first, "--quiet"));
            codes.add(lode("load", "rehearsal", "--from=" + next, "--json"));
            codes.add(lode("status", "rehearsal"));
            codes.add(lode("runs", "rehearsal"));
            codes.add(lode("verify", "rehearsal"));
            codes.add(lode("query", "SELECT count(*) FROM rehearsal.visit"));
            return codes;
        }
    }

    private int lode(String... words) {
        var surroundings =
                new Surroundings(
                        Map.of("LODE_PACKS", folder.resolve("packs").toString()),
                        folder,
                        folder,
                        false);
        var all = new ArrayList<>(List.of(words));
        all.add("--data-root=" + folder);
        return new Lode(Verb.all(), nobody, nobody, new Interruption(), surroundings).run(all);
    }

    /// @param changed so many of the first rows of the last date are other ones
    private Path snapshot(String date, int changed) throws IOException {
        var places = new StringBuilder("id,changed_at,name,text\n");
        var visits = new StringBuilder("id,place_id,day,good\n");
        var notes = new StringBuilder("id,name\n");
        for (int row = 1; row <= ROWS; row++) {
            places.append('"').append(row).append("\",\"2025-10-12 02:10:15.23+00\",\"place ");
            places.append(row < changed ? -row : row).append("\",");
            places.append(row % 3 == 0 ? "" : "\"a \\\"text\\\"\nof two lines\"").append('\n');
            visits.append('"').append(row).append("\",\"").append(row < changed ? 1 : row);
            visits.append("\",\"2016-02-29\",\"").append(row % 2 == 0 ? 't' : 'f').append("\"\n");
            notes.append('"').append(row).append("\",\"note\"\n");
        }
        write(date + "/places-" + date + ".csv.bz2", packed(places));
        write(date + "/visits-" + date + ".csv.bz2", packed(visits));
        write(date + "/notes-" + date + ".csv.bz2", packed(notes));
        return folder.resolve(date);
    }

    private static byte[] packed(CharSequence content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var packed = new BZip2CompressorOutputStream(bytes, 1)) {
            packed.write(content.toString().getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Disk.LOCAL.createFolders(Disk.folderOf(file));
        try (var written = Disk.LOCAL.open(file)) {
            written.write(ByteBuffer.wrap(content), 0);
        }
    }
}

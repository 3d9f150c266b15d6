package dev.lode.engine.intake;

import dev.lode.core.FittingName;
import dev.lode.core.place.Place;
import dev.lode.postgres.intake.Leftover;

import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Writes `NAME.error.json` beside a failed file: what people need to know of it without the
/// database.
///
/// @param dataset whose file it was
/// @param version of Lode
record ErrorNote(String dataset, String version, InstantSource clock) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// What the note of a file is called.
    static String key(String target) {
        return FittingName.of(target, ".error.json");
    }

    void write(Place incoming, Place failed, Leftover file, Leftover.Failure why)
            throws InterruptedException {
        var note = new LinkedHashMap<String, Object>();
        note.put("dataset", dataset);
        note.put("file", file.file().key());
        note.put("place", incoming.name());
        note.put("size", file.file().size());
        note.put("version", file.file().version());
        note.put("kind", why.kind().name());
        note.put("reason", why.reason());
        note.put("attempts", why.attempts());
        note.put("lode", version);
        note.put("java", Runtime.version().toString());
        note.put("at", clock.instant().toString());
        var bytes =
                (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(note) + "\n")
                        .getBytes(StandardCharsets.UTF_8);
        failed.write(
                key(file.target()),
                new ByteArrayInputStream(bytes),
                bytes.length,
                Optional.empty());
    }
}

package dev.lode.demo.waze;

import dev.lode.core.LodeException;
import dev.lode.demo.corpus.Draw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.zip.GZIPOutputStream;

/// Writes files of a feed, and what a loader should make of them.
///
/// `DIR/incoming` gets the files, `DIR/expected.json` the truth: rows by table, and each file that
/// is to fail, to be a duplicate or to give rejects.
public final class WazeFeed {
    private static final long MINUTE = 60_000;
    private static final int LEAST_FOR_ODD = 40;

    /// The odd kinds come once more after so many files.
    private static final int ROUND = 1000;

    private static final int MOST_ROUNDS = 20;
    private static final long DAYS = 3 * 24 * 60 * MINUTE;
    private static final int LARGE = 40 << 20;
    private static final int NOT_SO_LARGE = 1 << 20;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'wazedata_'yyyy_MM_dd_HH_mm_ss_SSS'.json'");
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss:SSS");

    private final WazeSpec spec;
    private final Path folder;
    private final City city;
    private final Draw draw;
    private final WazeExpectations expected = new WazeExpectations();
    private String firstName = "";
    private String firstContent = "";

    private WazeFeed(WazeSpec spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
        this.city = new City(spec.tier(), spec.seed());
        this.draw = new Draw().from(spec.seed() + 4711);
    }

    /// @param folder is made where it is missing
    /// @param progress called with the number of files written, now and then
    public static WazeExpectations write(WazeSpec spec, Path folder, IntConsumer progress) {
        if (spec.odd() && spec.files() < LEAST_FOR_ODD) {
            throw LodeException.usage(
                    "--odd: "
                            + spec.files()
                            + " files are too few for the odd ones; expected at least "
                            + LEAST_FOR_ODD);
        }
        try {
            var incoming = folder.resolve("incoming");
            Files.createDirectories(incoming);
            var feed = new WazeFeed(spec, incoming);
            feed.write(progress);
            Files.writeString(folder.resolve("expected.json"), feed.expected.json());
            return feed.expected;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A document in the making.
    private static final class Snapshot {
        private long start;
        private long end;
        private List<FeedObject> alerts = List.of();
        private List<FeedObject> jams = List.of();
        private List<FeedObject> irregularities = List.of();
        private long coordinates;

        private String json(boolean backwards) {
            var members = new ArrayList<String>();
            members.add("\"alerts\":" + array(alerts, backwards));
            members.add("\"endTimeMillis\":" + end);
            if (!irregularities.isEmpty()) {
                members.add("\"irregularities\":" + array(irregularities, backwards));
            }
            members.add("\"startTimeMillis\":" + start);
            members.add("\"startTime\":\"" + clock(start) + "\"");
            members.add("\"endTime\":\"" + clock(end) + "\"");
            members.add("\"jams\":" + array(jams, backwards));
            return "{" + String.join(",", backwards ? members.reversed() : members) + "}";
        }

        private static String array(List<FeedObject> objects, boolean backwards) {
            var out = new StringBuilder("[");
            for (var object : backwards ? objects.reversed() : objects) {
                out.append(out.length() == 1 ? "" : ",");
                object.write(out, backwards);
            }
            return out.append(']').toString();
        }

        private static String clock(long millis) {
            return CLOCK.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
        }
    }

    private void write(IntConsumer progress) throws IOException {
        long first = spec.start().toEpochMilli();
        int gap = spec.odd() ? spec.files() / 2 : -1;
        for (int k = 0; k < spec.files(); k++) {
            long at = first + 2L * k * MINUTE + draw.below(3000);
            long end = (at - draw.between(60_000, 120_000)) / MINUTE * MINUTE;
            city.step(end);
            var snapshot = snapshot(end);
            if (spec.odd() && k >= gap && k < gap + 15 && spec.files() > 200) {
                // Half an hour without files.
                continue;
            }
            String name = name(at);
            int kind = spec.odd() ? kind(k) : -1;
            if (kind >= 0) {
                odd(kind, round(k), name, at, snapshot);
            } else {
                sound(name, snapshot);
            }
            if (k % 500 == 0) {
                progress.accept(k);
            }
        }
    }

    private int roundLength() {
        return spec.files() / Math.clamp(spec.files() / ROUND, 1, MOST_ROUNDS);
    }

    private int round(int k) {
        return k / roundLength();
    }

    /// The odd kinds are spread over all files, in rounds: a month has them from its first day to
    /// its last.
    ///
    /// @return -1 for none
    private int kind(int k) {
        int place = k % roundLength();
        int step = Math.max(1, roundLength() / LEAST_FOR_ODD);
        return place % step == 0 && place / step < LEAST_FOR_ODD ? place / step : -1;
    }

    private static String name(long at) {
        return NAME.format(Instant.ofEpochMilli(at).atOffset(ZoneOffset.UTC));
    }

    private Snapshot snapshot(long end) {
        var snapshot = new Snapshot();
        snapshot.start = end - MINUTE;
        snapshot.end = end;
        snapshot.alerts = city.alerts();
        snapshot.jams = city.jams();
        snapshot.irregularities = city.irregularities(end);
        snapshot.coordinates = city.coordinates();
        return snapshot;
    }

    private void sound(String name, Snapshot snapshot) throws IOException {
        text(name, snapshot.json(false));
        loaded(snapshot);
    }

    private void loaded(Snapshot snapshot) {
        expected.loaded(
                snapshot.alerts.size(),
                snapshot.jams.size(),
                snapshot.irregularities.size(),
                snapshot.coordinates);
    }

    private void text(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json);
    }

    /// Every other kind is odd in its own way.
    private void odd(int kind, int round, String name, long at, Snapshot snapshot)
            throws IOException {
        String json = snapshot.json(false);
        String other = name(at + 30_000);
        switch (kind) {
            case 1 -> {
                sound(name, snapshot);
                if (round == 0) {
                    firstName = name;
                    firstContent = json;
                }
            }
            case 3 -> {
                sound(name, snapshot);
                text("copy of " + name.replace('_', '+'), json);
                expected.duplicate("copy of " + name.replace('_', '+'), name);
            }
            case 5 -> {
                sound(name, snapshot);
                text(other, snapshot.json(true));
                expected.duplicate(other, name);
            }
            case 7 -> {
                sound(name, snapshot);
                // Another poll of the same minute, in which nothing may have moved.
                city.step(snapshot.end);
                var second = snapshot(snapshot.end);
                if (second.json(false).equals(json)) {
                    text(other, json);
                    expected.duplicate(other, name);
                } else {
                    sound(other, second);
                }
            }
            case 9 -> {
                snapshot.alerts = List.of();
                snapshot.jams = List.of();
                snapshot.irregularities = List.of();
                snapshot.coordinates = 0;
                sound(name, snapshot);
            }
            case 11 -> {
                sound(name, snapshot);
                var packed = new ByteArrayOutputStream();
                try (var gzip = new GZIPOutputStream(packed)) {
                    gzip.write(json.getBytes(StandardCharsets.UTF_8));
                }
                Files.write(folder.resolve(other + ".gz"), packed.toByteArray());
                expected.duplicate(other + ".gz", name);
            }
            case 13 -> failed(name, json.substring(0, json.length() * 2 / 3), "cut short");
            case 15 ->
                    failed(
                            name,
                            "<html><body><h1>502 Bad Gateway</h1></body></html>",
                            "an error page");
            case 17 -> failed(name, "", "empty");
            case 19 -> {
                text(name, "\ufeff" + json);
                loaded(snapshot);
            }
            case 21 ->
                    failed(
                            name,
                            json.replace("\"startTimeMillis\":" + snapshot.start + ",", ""),
                            "without startTimeMillis");
            case 23 -> {
                text(
                        name,
                        json.replace(
                                "Millis\":" + snapshot.start,
                                "Millis\":\"" + snapshot.start + "\""));
                loaded(snapshot);
            }
            case 25 ->
                    failed(
                            name,
                            json.replace(
                                    "\"endTimeMillis\":" + snapshot.end,
                                    "\"endTimeMillis\":" + (snapshot.start - MINUTE)),
                            "ends before it starts");
            case 27 ->
                    OddRecords.add(
                            snapshot.alerts,
                            snapshot.jams,
                            expected,
                            name,
                            (alerts, jams, points) -> {
                                snapshot.alerts = alerts;
                                snapshot.jams = jams;
                                snapshot.coordinates += points;
                                text(name, snapshot.json(false));
                            },
                            snapshot.irregularities.size(),
                            snapshot.coordinates);
            case 29 -> {
                // The same name with something in it that names of objects escape.
                sound("wazedata 2017+11 late" + (round == 0 ? "" : round) + ".json", snapshot);
            }
            case 31 -> {
                int size = round == 0 && spec.files() >= ROUND ? LARGE : NOT_SO_LARGE;
                var many = OddRecords.many(snapshot.alerts, size);
                snapshot.coordinates += many.size() - snapshot.alerts.size();
                snapshot.alerts = many;
                sound(name, snapshot);
            }
            case 33 -> {
                // Days out of order.
                snapshot.start -= DAYS;
                snapshot.end -= DAYS;
                sound(name(at - DAYS + 7), snapshot);
            }
            case 35 -> {
                // As other years spell it.
                text(
                        name,
                        json.replace("\"WEATHERHAZARD\"", "\"HAZARD\"")
                                .replace("\"type\":\"Small\"", "\"type\":\"SMALL\"")
                                .replace("\"type\":\"Medium\"", "\"type\":\"MEDIUM\"")
                                .replace("\"type\":\"Large\"", "\"type\":\"LARGE\""));
                loaded(snapshot);
            }
            case 37 -> {
                sound(name, snapshot);
                // An old acquaintance.
                String again = "wazedata_again_" + round + ".json";
                text(again, firstContent);
                expected.duplicate(again, firstName);
            }
            default -> sound(name, snapshot);
        }
    }

    private void failed(String name, String content, String why) throws IOException {
        text(name, content);
        expected.failed(name, why);
    }
}

package dev.lode.demo.waze;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Records with what goes wrong in feeds, added to those of a file.
final class OddRecords {
    private OddRecords() {}

    /// Takes the file's records with the odd ones among them.
    interface Sink {
        /// @param points coordinates that were added
        void write(List<FeedObject> alerts, List<FeedObject> jams, long points) throws IOException;
    }

    static void add(
            List<FeedObject> alerts,
            List<FeedObject> jams,
            WazeExpectations expected,
            String name,
            Sink sink,
            int irregularities,
            long coordinates)
            throws IOException {
        var moreAlerts = new ArrayList<>(alerts);
        var moreJams = new ArrayList<>(jams);
        // Sound, if strange: each has one location.
        moreAlerts.add(alert("a1", "1230768000000").text("subtype", ""));
        moreAlerts.add(alert("a2", "4102444800000").text("subtype", "HAZARD_ON_MARS"));
        moreAlerts.add(alert("a3", "1509500000000").raw("reportByMunicipalityUser", "\"False\""));
        moreAlerts.add(alert("a4", "1509500000000").raw("reportByMunicipalityUser", "true"));
        moreAlerts.add(
                alert("a5", "1509500000000")
                        .text("reportDescription", "🚗 \\u00e7 \\\"")
                        .raw("newField", "{\"deep\":[1,2]}"));
        // Twice the same record, and once more with the same uuid.
        moreAlerts.add(alert("a6", "1509500000000"));
        moreAlerts.add(alert("a6", "1509500000000"));
        moreAlerts.add(alert("a6", "1509500000001"));
        int soundAlerts = 8;
        // Rejects.
        moreAlerts.add(alert("a7", "1509500000000").raw("reportDescription", "\"a\\u0000b\""));
        moreAlerts.add(alert("a8", "1509500000000").raw("reliability", "99999999999"));
        moreAlerts.add(alert("a9", "1509500000000").raw("magvar", "12.5"));
        moreAlerts.add(
                new FeedObject()
                        .text("uuid", "a10")
                        .raw("pubMillis", "1509500000000")
                        .raw("location", "{\"x\":-26.3,\"y\":106.8}"));
        moreAlerts.add(new FeedObject().text("uuid", "a11"));
        int rejects = 5;
        moreJams.add(jam(1).raw("speed", "\"12.5\"").raw("line", "[{\"x\":1,\"y\":2}]"));
        moreJams.add(
                jam(2).raw("line", "[{\"x\":1,\"y\":2},{\"x\":1.5,\"y\":2},{\"x\":1,\"y\":2}]"));
        moreJams.add(jam(3).text("blockingAlertUuid", "nowhere").text("type", "SMALL"));
        int soundJams = 3;
        int points = soundAlerts + 4;
        moreJams.add(jam(4).raw("line", "[{\"x\":1,\"y\":2},{\"x\":1}]"));
        rejects++;
        sink.write(moreAlerts, moreJams, points);
        expected.loaded(
                alerts.size() + soundAlerts,
                jams.size() + soundJams,
                irregularities,
                coordinates + points);
        expected.rejects(name, rejects);
        expected.newField("alerts.newField", 1);
    }

    /// Sound alerts, until they fill so many bytes.
    static List<FeedObject> many(List<FeedObject> alerts, int bytes) {
        var all = new ArrayList<>(alerts);
        String words = "nothing to see here ".repeat(20);
        for (int i = 0; i < bytes / 600; i++) {
            all.add(
                    alert("many-" + i, "1509500000000")
                            .text("subtype", "HAZARD_ON_ROAD")
                            .text("country", "BR")
                            .text("reportDescription", words + i));
        }
        return all;
    }

    private static FeedObject alert(String uuid, String born) {
        return new FeedObject()
                .text("uuid", uuid)
                .text("type", "HAZARD")
                .raw("pubMillis", born)
                .raw("location", "{\"x\":-48.9,\"y\":-26.3}");
    }

    private static FeedObject jam(int uuid) {
        return new FeedObject().number("uuid", uuid).number("pubMillis", 1_509_500_000_000L);
    }
}

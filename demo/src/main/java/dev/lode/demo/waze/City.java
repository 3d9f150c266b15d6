package dev.lode.demo.waze;

import dev.lode.demo.corpus.Draw;
import dev.lode.demo.corpus.LogNormal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A city in which alerts, jams and irregularities begin, change and end. How often, and how long
/// they live, follows feeds of real cities. Not thread safe.
final class City {
    private static final double[] HOURS = {
        0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.35, 0.80, 1.0, 0.70, 0.55, 0.55, 0.55, 0.55, 0.55,
        0.70, 0.85, 1.0, 1.0, 0.70, 0.45, 0.30, 0.20, 0.12
    };
    private static final long MINUTE = 60_000;
    private static final long DAY = 1440 * MINUTE;
    private static final int LOCAL_OFFSET_HOURS = 3;
    private static final int STREETS = 600;
    private static final String[] ROADS = {
        "Rua", "Avenida", "Estrada", "Servidão", "Rodovia", "R.", "Av."
    };
    private static final String[] NAMES = {
        "São João",
        "das Palmeiras",
        "Getúlio Vargas",
        "XV de Novembro",
        "Inácio Bastos",
        "Ottokar",
        "Beira Rio",
        "do Príncipe",
        "Tuiuti",
        "Iririú",
        "Santa Catarina",
        "Blumenau",
        "Piratuba",
        "Papa João XXIII",
        "BR-101 / Sul",
        "SC-108: Norte",
        "Albano Schmidt",
        "Dona Francisca"
    };
    private static final String[] WORDS = {
        "Chico", "Norte", "Alta", "Velha", "Nova", "Sul", "Maria", "José", "Brás", "Lages"
    };
    private static final String[] JAMS = {
        "JAM_HEAVY_TRAFFIC",
        "JAM_HEAVY_TRAFFIC",
        "JAM_HEAVY_TRAFFIC",
        "JAM_MODERATE_TRAFFIC",
        "JAM_STAND_STILL_TRAFFIC",
        "JAM_STAND_STILL_TRAFFIC",
        ""
    };
    private static final String[] ACCIDENTS = {"", "", "ACCIDENT_MINOR", "ACCIDENT_MAJOR"};
    private static final String[] CLOSED = {
        "ROAD_CLOSED_EVENT", "ROAD_CLOSED_EVENT", "ROAD_CLOSED_EVENT", "ROAD_CLOSED_CONSTRUCTION"
    };
    private static final String[] HAZARDS = {
        "HAZARD_ON_ROAD_POT_HOLE", "HAZARD_ON_ROAD_POT_HOLE", "HAZARD_ON_ROAD_POT_HOLE",
        "HAZARD_ON_SHOULDER_CAR_STOPPED", "HAZARD_ON_ROAD_OBJECT", "HAZARD_ON_ROAD_CONSTRUCTION"
    };
    private static final double[] LEVEL_SPEED = {5.5, 4.5, 2.7, 1.3, 0};

    private final WazeTier tier;
    private final Draw draw;
    private final LogNormal points;
    private final LogNormal lengths = new LogNormal(600, 0.68);
    private final LogNormal delays = new LogNormal(141, 0.62);
    private final String[] streets = new String[STREETS];
    private final List<Alert> alerts = new ArrayList<>();
    private final List<Jam> jams = new ArrayList<>();
    private final List<Irregularity> irregularities = new ArrayList<>();
    private long nextJam = 7_400_000;

    City(WazeTier tier, long seed) {
        this.tier = tier;
        this.draw = new Draw().from(seed * 0x9e3779b97f4a7c15L + 77);
        this.points = new LogNormal(tier.points, tier.spread);
        for (int i = 0; i < STREETS; i++) {
            streets[i] =
                    draw.oneOf(ROADS)
                            + " "
                            + draw.oneOf(NAMES)
                            + (draw.chance(0.5) ? " " + draw.oneOf(WORDS) : "");
        }
    }

    private static final class Alert {
        private String uuid = "";
        private long born;
        private long dies;
        private String type = "";
        private String subtype = "";
        private String location = "";
        private String street = "";
        private int magvar;
        private int reliability;
        private int confidence;
        private int rating;
        private int road;
        private String description = "";
    }

    private static final class Jam {
        private long id;
        private long born;
        private long dies;
        private String line = "";
        private int pointCount;
        private double speed;
        private int level;
        private int length;
        private int delay;
        private int road;
        private String street = "";
        private String endNode = "";
        private String blockedBy = "";
    }

    private static final class Irregularity {
        private long id;
        private long born;
        private long dies;
        private String line = "";
        private int pointCount;
        private String street = "";
        private int seconds;
    }

    /// Lets two minutes go by.
    ///
    /// @param end of the feed's minute, in milliseconds
    void step(long end) {
        double factor = factor(end);
        alerts.removeIf(alert -> alert.dies <= end);
        jams.removeIf(jam -> jam.dies <= end);
        irregularities.removeIf(one -> one.dies <= end);
        alerts.forEach(this::change);
        jams.forEach(this::change);
        irregularities.forEach(one -> one.seconds += draw.between(-20, 20));
        shrink(alerts, (int) (tier.alerts * (0.35 + 0.65 * factor)));
        shrink(jams, (int) (tier.jams * factor));
        int wanted = (int) (tier.irregularities * factor + draw.unit());
        shrink(irregularities, wanted);
        while (alerts.size() < (int) (tier.alerts * (0.35 + 0.65 * factor))) {
            alerts.add(alert(end));
        }
        while (jams.size() < (int) (tier.jams * factor)) {
            jams.add(jam(end));
        }
        while (irregularities.size() < wanted) {
            irregularities.add(irregularity(end));
        }
    }

    /// Traffic of the hour, 0 to 1, by the city's own clock.
    private static double factor(long millis) {
        var local = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofHours(-LOCAL_OFFSET_HOURS));
        boolean weekend = local.getDayOfWeek().getValue() > 5;
        int hour = weekend ? (local.getHour() + 22) % 24 : local.getHour();
        return HOURS[hour] * (weekend ? 0.6 : 1);
    }

    private void shrink(List<?> list, int size) {
        while (list.size() > size) {
            list.remove(draw.below(list.size()));
        }
    }

    private void change(Alert alert) {
        if (draw.chance(0.025)) {
            alert.reliability = Math.min(10, alert.reliability + 1);
            alert.confidence = Math.min(5, alert.confidence + 1);
        }
    }

    private void change(Jam jam) {
        if (jam.level == 5) {
            return;
        }
        if (draw.chance(0.9)) {
            speed(jam);
            jam.delay = delays.draw(draw, 60, 2950);
        }
        if (draw.chance(0.45)) {
            line(jam);
        }
        if (draw.chance(0.15)) {
            jam.endNode = draw.oneOf(streets);
        }
    }

    /// Minutes with a long tail.
    private long life(double mean, double cap) {
        return (long) (Math.min(cap, -mean * StrictMath.log(1 - draw.unit())) * MINUTE) + MINUTE;
    }

    private Alert alert(long now) {
        var alert = new Alert();
        alert.uuid =
                new UUID((draw.next() & ~0xf000L) | 0x3000, (draw.next() >>> 2) | (1L << 63))
                        .toString();
        double kind = draw.unit();
        double life;
        if (kind < 0.42) {
            alert.type = "WEATHERHAZARD";
            alert.subtype = draw.oneOf(HAZARDS);
            life = alert.subtype.endsWith("HOLE") ? 300 : 30;
        } else if (kind < 0.90) {
            alert.type = "JAM";
            alert.subtype = draw.oneOf(JAMS);
            life = 13;
        } else if (kind < 0.94) {
            alert.type = "ACCIDENT";
            alert.subtype = draw.oneOf(ACCIDENTS);
            life = 20;
        } else {
            alert.type = "ROAD_CLOSED";
            alert.subtype = draw.oneOf(CLOSED);
            life = 12_000;
        }
        alert.born = now - draw.below(2 * MINUTE) + MINUTE;
        alert.dies = now + life(life, 60 * DAY / (double) MINUTE);
        alert.location = point(place(tier.west, tier.width), place(tier.south, tier.height));
        alert.street = draw.oneOf(streets);
        alert.magvar = alert.type.equals("ROAD_CLOSED") ? 0 : draw.below(360);
        alert.reliability = 5 + (draw.chance(0.53) ? 0 : draw.between(1, 5));
        alert.confidence = draw.chance(0.76) ? 0 : draw.between(-1, 5);
        alert.rating = draw.below(5);
        alert.road = draw.chance(0.2) ? 0 : draw.between(1, 20);
        alert.description = draw.chance(0.15) ? "perto da \"" + draw.oneOf(NAMES) + "\" 🚧" : "";
        return alert;
    }

    private Jam jam(long now) {
        var jam = new Jam();
        nextJam += draw.below(2000);
        jam.id = nextJam;
        jam.level =
                draw.chance(0.035)
                        ? 5
                        : new int[] {1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4}
                                [draw.below(20)];
        jam.born = now - draw.below(2 * MINUTE) + MINUTE;
        jam.dies = now + life(jam.level == 5 ? 3000 : 22, 3600);
        jam.road = draw.between(1, 20);
        jam.street = draw.oneOf(streets);
        jam.endNode = draw.chance(0.85) ? draw.oneOf(streets) : "";
        jam.delay = jam.level == 5 ? -1 : delays.draw(draw, 60, 2950);
        speed(jam);
        line(jam);
        if (jam.level == 5 && !alerts.isEmpty()) {
            jam.blockedBy = alerts.get(draw.below(alerts.size())).uuid;
        }
        return jam;
    }

    private void speed(Jam jam) {
        double median = LEVEL_SPEED[jam.level - 1];
        jam.speed = jam.level == 5 ? 0 : median * (0.6 + 0.8 * draw.unit());
    }

    private void line(Jam jam) {
        jam.pointCount = points.draw(draw, 2, 160);
        jam.line = line(jam.pointCount);
        jam.length = lengths.draw(draw, 50, 13_000);
    }

    private Irregularity irregularity(long now) {
        var one = new Irregularity();
        one.id = 131_000_000L + draw.below(1_000_000);
        one.born = now - draw.below(10 * MINUTE);
        one.dies = now + life(60, 300);
        one.pointCount = points.draw(draw, 3, 160) + 8;
        one.line = line(one.pointCount);
        one.street = draw.oneOf(streets);
        one.seconds = draw.between(200, 900);
        return one;
    }

    private double place(double from, double size) {
        return from + size * draw.unit();
    }

    /// Coordinates have six decimals, without zeros at the end.
    private static String degrees(double value) {
        long micro = Math.round(value * 1e6);
        var text = new StringBuilder(micro < 0 ? "-" : "");
        long size = Math.abs(micro);
        text.append(size / 1_000_000);
        String decimals = String.valueOf(1_000_000 + size % 1_000_000).substring(1);
        int keep = 6;
        while (keep > 0 && decimals.charAt(keep - 1) == '0') {
            keep--;
        }
        return keep == 0 ? text.toString() : text.append('.').append(decimals, 0, keep).toString();
    }

    private static String point(double x, double y) {
        return "{\"x\":" + degrees(x) + ",\"y\":" + degrees(y) + "}";
    }

    private String line(int count) {
        double x = place(tier.west, tier.width);
        double y = place(tier.south, tier.height);
        double east = draw.unit() - 0.5;
        double north = draw.unit() - 0.5;
        var text = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(point(x, y));
            x += (east + draw.unit() - 0.5) * 0.0009;
            y += (north + draw.unit() - 0.5) * 0.0009;
        }
        return text.append(']').toString();
    }

    List<FeedObject> alerts() {
        var all = new ArrayList<FeedObject>();
        for (var alert : alerts) {
            var object =
                    new FeedObject()
                            .text("country", "BR")
                            .number("nThumbsUp", 0)
                            .text("city", "Joinville")
                            .number("reportRating", alert.rating)
                            .number("confidence", alert.confidence)
                            .number("reliability", alert.reliability)
                            .text("type", alert.type)
                            .text("uuid", alert.uuid);
            if (alert.road > 0) {
                object.number("roadType", alert.road);
            }
            object.number("magvar", alert.magvar)
                    .text("subtype", alert.subtype)
                    .text("street", alert.street)
                    .raw("location", alert.location)
                    .number("pubMillis", alert.born);
            if (!alert.description.isEmpty()) {
                object.text("reportDescription", alert.description);
            }
            all.add(object);
        }
        return all;
    }

    List<FeedObject> jams() {
        var all = new ArrayList<FeedObject>();
        for (var jam : jams) {
            long hundredths = Math.round(jam.speed * 360);
            double kmh = hundredths / 100.0;
            var object =
                    new FeedObject()
                            .text("country", "BR")
                            .number("level", jam.level)
                            .text("city", "Joinville")
                            .raw("line", jam.line)
                            .raw("speedKMH", plain(kmh))
                            .number("length", jam.length)
                            .text("turnType", "NONE")
                            .text("type", "NONE")
                            .number("uuid", jam.id);
            if (!jam.endNode.isEmpty()) {
                object.text("endNode", jam.endNode);
            }
            if (!jam.blockedBy.isEmpty()) {
                object.text("blockingAlertUuid", jam.blockedBy);
            }
            object.raw("speed", plain(kmh / 3.6))
                    .raw(
                            "segments",
                            "[" + "{},".repeat(Math.max(0, jam.pointCount / 2 - 1)) + "{}]")
                    .number("roadType", jam.road)
                    .number("delay", jam.delay)
                    .text("street", jam.street)
                    .number("id", jam.id)
                    .number("pubMillis", jam.born);
            all.add(object);
        }
        return all;
    }

    List<FeedObject> irregularities(long end) {
        var all = new ArrayList<FeedObject>();
        for (var one : irregularities) {
            all.add(
                    new FeedObject()
                            .text("country", "BR")
                            .number("nThumbsUp", 0)
                            .text("updateDate", date(end))
                            .number("trend", 1)
                            .text("city", "Joinville")
                            .raw("line", one.line)
                            .number("detectionDateMillis", one.born)
                            .text("type", "Small")
                            .raw("speed", plain(one.seconds / 100.0))
                            .number("seconds", one.seconds)
                            .text("street", one.street)
                            .number("jamLevel", 3)
                            .number("id", one.id)
                            .number("nComments", 0)
                            .raw("highway", "false")
                            .number("delaySeconds", one.seconds / 2)
                            .number("severity", 2)
                            .number("driversCount", 3)
                            .number("alertsCount", 0)
                            .number("length", one.pointCount * 70L)
                            .number("updateDateMillis", end)
                            .number("nImages", 0)
                            .raw("alerts", "[]")
                            .text("detectionDate", date(one.born))
                            .raw("regularSpeed", plain(one.seconds / 40.0)));
        }
        return all;
    }

    /// Points in lines of jams and irregularities, and alerts: the rows of the coordinates.
    long coordinates() {
        return alerts.size()
                + jams.stream().mapToLong(jam -> jam.pointCount).sum()
                + irregularities.stream().mapToLong(one -> one.pointCount).sum();
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String date(long millis) {
        return java.time.format.DateTimeFormatter.ofPattern(
                        "EEE MMM d HH:mm:ss '+0000' yyyy", java.util.Locale.ENGLISH)
                .format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    }
}

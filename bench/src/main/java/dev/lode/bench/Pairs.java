package dev.lode.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Two sides, measured in turn: the one that begins changes from pair to pair, so that neither
/// always finds the warmer caches or the calmer minute.
public final class Pairs {
    /// One side: prepares what is not measured, and then does what is.
    @FunctionalInterface
    public interface Side {
        Cost run() throws IOException, InterruptedException;
    }

    private final Bench bench;
    private final List<Cost> ours = new ArrayList<>();
    private final List<Cost> theirs = new ArrayList<>();
    private final List<Double> latencies = new ArrayList<>();

    private Pairs(Bench bench) {
        this.bench = bench;
    }

    public static Pairs measure(Bench bench, Side our, Side their)
            throws IOException, InterruptedException {
        var pairs = new Pairs(bench);
        pairs.latencies.add(bench.calibration().read());
        for (int pair = 0; pair < bench.options().pairs(); pair++) {
            if (pair % 2 == 0) {
                pairs.theirs.add(their.run());
                pairs.ours.add(our.run());
            } else {
                pairs.ours.add(our.run());
                pairs.theirs.add(their.run());
            }
            pairs.latencies.add(bench.calibration().read());
            bench.say(
                    String.format(
                            Locale.ROOT,
                            "pair %d: lode %s; other %s; ratio %.2f; %.0f ns",
                            pair + 1,
                            pairs.ours.getLast().text(),
                            pairs.theirs.getLast().text(),
                            pairs.ratios().getLast(),
                            pairs.latencies.getLast()));
        }
        return pairs;
    }

    private List<Double> ratios() {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i).wall() / theirs.get(i).wall());
        }
        return ratios;
    }

    /// Of Lode's time by the other's, pair by pair.
    public Spread ratio() {
        return Spread.of(ratios());
    }

    public Spread lodeWall() {
        return Spread.of(ours.stream().map(Cost::wall).toList());
    }

    public Spread otherWall() {
        return Spread.of(theirs.stream().map(Cost::wall).toList());
    }

    /// Median CPU seconds of Lode's side.
    public double lodeCpu() {
        return Spread.of(ours.stream().map(Cost::cpu).toList()).median();
    }

    public double otherCpu() {
        return Spread.of(theirs.stream().map(Cost::cpu).toList()).median();
    }

    /// How fast Lode's side would be with every core busy all the time, as a note.
    public String cpuFloor() {
        int cores = Runtime.getRuntime().availableProcessors();
        return String.format(
                Locale.ROOT,
                "floor, all CPU time of Lode's side over %d cores: %.2f",
                cores,
                lodeCpu() / cores / otherWall().median());
    }

    /// What is always told about pairs.
    public List<String> notes() {
        return Stream.of(
                        String.format(
                                Locale.ROOT,
                                "lode %.2f s (%.2f CPU s), other %.2f s (%.2f CPU s); pairs: %d",
                                lodeWall().median(),
                                lodeCpu(),
                                otherWall().median(),
                                otherCpu(),
                                ours.size()),
                        bench.calibration().regime(Spread.of(latencies)))
                .toList();
    }
}

package dev.lode.bench;

import dev.lode.bench.decode.Bz2Decode;
import dev.lode.bench.intake.JsonRows;
import dev.lode.bench.intake.LiveDuringBackload;
import dev.lode.bench.intake.RowByRow;
import dev.lode.bench.intake.WatchLoad;
import dev.lode.bench.load.KeyedLoad;
import dev.lode.bench.load.Loads;
import dev.lode.bench.publish.PublishChange;
import dev.lode.bench.publish.PublishFloor;
import dev.lode.bench.publish.PublishFull;
import dev.lode.bench.publish.PublishGrowth;
import dev.lode.bench.publish.PublishNothing;
import dev.lode.bench.snapshot.MemoryFlat;
import dev.lode.bench.snapshot.ResyncNext;
import dev.lode.bench.snapshot.ResyncSame;
import dev.lode.bench.snapshot.SnapshotLoad;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All benchmarks, in the order of the table of results. Those of one kind have a package of their
/// own: a new one is a class there and a line here.
final class Registry {
    private static final List<Benchmark> ALL =
            Stream.of(
                            Stream.of(new Bz2Decode()),
                            Loads.bare().stream(),
                            Stream.of(
                                    new KeyedLoad(),
                                    new SnapshotLoad(),
                                    new ResyncSame(),
                                    new ResyncNext(),
                                    new MemoryFlat()),
                            WatchLoad.all().stream(),
                            Stream.of(new RowByRow(), new LiveDuringBackload(), new JsonRows()),
                            Stream.of(
                                    new PublishFull(),
                                    new PublishFloor(),
                                    new PublishChange(),
                                    new PublishNothing(),
                                    new PublishGrowth()))
                    .<Benchmark>flatMap(one -> one)
                    .toList();

    private Registry() {}

    static List<Benchmark> all() {
        return ALL;
    }

    static Optional<Benchmark> named(String name) {
        return ALL.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}

package dev.lode.bench;

import dev.lode.bench.decode.Bz2Decode;

import java.util.List;
import java.util.Optional;

/// All benchmarks, in the order of the table of results. Those of one kind have a package of their
/// own: a new one is a class there and a line here.
final class Registry {
    private static final List<Benchmark> ALL = List.of(new Bz2Decode());

    private Registry() {}

    static List<Benchmark> all() {
        return ALL;
    }

    static Optional<Benchmark> named(String name) {
        return ALL.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}

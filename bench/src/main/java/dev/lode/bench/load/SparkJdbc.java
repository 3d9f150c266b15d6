package dev.lode.bench.load;

import dev.lode.bench.Bench;
import dev.lode.bench.Program;
import dev.lode.bench.Server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Spark's JDBC writer (`bench/spark/SparkCopy.java`), with the Spark that `bench/spark/fetch`
/// brought, in the Java of the benchmarks.
record SparkJdbc(Bench bench, Server server, String database) implements Peer {
    @Override
    public String name() {
        return "Spark's JDBC writer";
    }

    @Override
    public Optional<String> missing() {
        return Files.isDirectory(bench.brought("spark"))
                ? Optional.empty()
                : Optional.of("bench/spark/fetch was not run");
    }

    @Override
    public Program copy(String table, Path part) {
        return server.script(
                database,
                "'%s/bin/java' -cp '%s/*' '%s' %s '%s'"
                        .formatted(
                                System.getProperty("java.home"),
                                bench.brought("spark"),
                                bench.own("spark").resolve("SparkCopy.java"),
                                table,
                                part));
    }
}

package dev.lode.bench.load;

import dev.lode.bench.Bench;
import dev.lode.bench.Program;
import dev.lode.bench.Server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// `pgloader`, as the distribution packages it.
record PgLoader(Bench bench, Server server, String database) implements Peer {
    @Override
    public String name() {
        return "pgloader";
    }

    @Override
    public Optional<String> missing() {
        return Program.installed("pgloader")
                ? Optional.empty()
                : Optional.of("pgloader is not installed");
    }

    @Override
    public Program copy(String table, Path part) throws IOException {
        String load =
                """
                LOAD CSV FROM '%s' INTO %s?%s
                WITH skip header = 1, fields optionally enclosed by '"', fields escaped by backslash-quote,
                     fields terminated by ',';
                """
                        .formatted(part, server.url(database), table);
        Path command = Files.writeString(bench.folder().resolve("pgloader.load"), load);
        return server.script(database, "pgloader '" + command + "'");
    }
}

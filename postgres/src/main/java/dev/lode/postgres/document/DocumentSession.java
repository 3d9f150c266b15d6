package dev.lode.postgres.document;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.format.json.DocumentEncoder;
import dev.lode.format.json.DocumentFacts;
import dev.lode.format.json.EncodedDocument;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Loads groups of files, each group in one transaction. Belongs to one thread; keeps its
/// connection until it is closed.
public final class DocumentSession implements AutoCloseable {
    private static final int NUMBERS_AT_ONCE = 64;
    private static final int LOOKUP_ROUNDS = 5;

    private final HeldConnection server;
    private final DocumentTarget target;
    private final DocumentGuard guard;
    private final SessionLimits limits;
    private final DocumentLedger ledger;
    private final DocumentEncoder encoder;
    private final Deque<Long> lines = new ArrayDeque<>();
    private final Deque<Long> fileIds = new ArrayDeque<>();
    private final Map<Integer, Long> repeats = new HashMap<>();

    DocumentSession(
            Connections connections,
            String name,
            DocumentTarget target,
            DocumentGuard guard,
            SessionLimits limits,
            Endurance endurance) {
        this.server = new HeldConnection(connections, name, target.where(), limits, endurance);
        this.target = target;
        this.guard = guard;
        this.limits = limits;
        this.ledger = new DocumentLedger(target);
        this.encoder = target.mapping().encoder(target.lookups());
    }

    /// Loads files in one transaction. Files that cannot be loaded do not keep the others from it:
    /// they are left out, or, when only the server finds out, each file gets a transaction of its
    /// own.
    ///
    /// @return a result for each file, in their order
    /// @throws LodeException when it is not a file that is to blame: of kind RESOURCE when the
    ///   server stays away or the guard refuses. Each file is in the tables whole then, or not at
    ///   all, and loading it again finds out
    public List<FileResult> load(List<HeldFile> files) throws InterruptedException {
        var results = new HashMap<Integer, FileResult>();
        var attempts = new LinkedHashMap<Integer, Attempt>();
        repeats.clear();
        var sameBytes = server.run("looking up files", connection -> known(connection, files));
        for (int i = 0; i < files.size(); i++) {
            var file = files.get(i);
            if (sameBytes.containsKey(file.content().hex())) {
                // Given before the transaction, so that one whose answer was lost is recognised.
                repeats.put(i, lines.removeFirst());
            } else {
                var attempt = encoded(file, Optional.empty());
                switch (attempt) {
                    case Encoded sound -> attempts.put(i, sound.attempt);
                    case Unsound unsound -> results.put(i, unsound.failed);
                }
            }
        }
        group(files, attempts, results);
        var ordered = new ArrayList<FileResult>();
        for (int i = 0; i < files.size(); i++) {
            var result = results.get(i);
            if (result == null) {
                throw LodeException.bug(files.get(i).name() + ": ended without a result", null);
            }
            ordered.add(result);
        }
        return ordered;
    }

    /// Loads a file again on purpose: the rows of the same content go, and those that the mapping
    /// makes now come, in one transaction. A file that was never loaded is loaded.
    public FileResult reprocess(HeldFile file) throws InterruptedException {
        var encoded = encoded(file, Optional.empty());
        if (!(encoded instanceof Encoded(Attempt attempt))) {
            return ((Unsound) encoded).failed;
        }
        while (true) {
            try {
                return server.run(
                        "loading " + file.name() + " again",
                        connection -> replace(connection, attempt));
            } catch (DataRefused refused) {
                if (!refuse(attempt, refused)) {
                    return failed(file, refused.error);
                }
            }
        }
    }

    private FileResult replace(Connection connection, Attempt attempt) throws SQLException {
        guard.before(connection, List.of(attempt.file().name()));
        // Locked, so that of two at once the second replaces the rows of the first.
        Sql.list(
                connection,
                "SELECT 1 FROM lode.document WHERE dataset = ? AND target_oid = ? AND hash = ? AND"
                        + " state = 'loaded' FOR UPDATE",
                row -> 1,
                target.pack().dataset(),
                target.oid(),
                DocumentLedger.marked(attempt.encoded().hash()));
        var holder =
                Optional.ofNullable(
                        ledger.holders(connection, List.of(attempt.encoded().hash()))
                                .get(DocumentLedger.marked(attempt.encoded().hash())));
        if (holder.isPresent() && holder.get().id() == attempt.line()) {
            return loaded(attempt);
        }
        if (holder.isPresent()) {
            new FileRows(target.pack().schema(), target.spec())
                    .delete(connection, holder.get().fileId(), holder.get().time());
            ledger.replaced(connection, holder.get().id());
        }
        if (ledger.claim(connection, List.of(attempt)).isEmpty()) {
            // Loaded by another between the look and the line.
            throw new SQLException("the same content was loaded meanwhile", "40001");
        }
        AttemptRows.copy(connection, target, List.of(attempt));
        ledger.addRejects(connection, attempt.line(), attempt.encoded().rejects());
        var result = loaded(attempt);
        guard.after(connection, List.of(result));
        return result;
    }

    @Override
    public void close() {
        server.close();
    }

    // What became of the encoding of a file.
    private sealed interface Encoding {}

    private record Encoded(Attempt attempt) implements Encoding {}

    private record Unsound(FileResult.Failed failed) implements Encoding {}

    private Map<String, DocumentLedger.Holder> known(Connection connection, List<HeldFile> files)
            throws SQLException {
        if (lines.size() < files.size()) {
            lines.addAll(
                    DocumentLedger.numbers(
                            connection,
                            Optional.empty(),
                            Math.max(NUMBERS_AT_ONCE, files.size() - lines.size())));
        }
        if (fileIds.size() < files.size() && target.fileSequence().isPresent()) {
            fileIds.addAll(
                    DocumentLedger.numbers(
                            connection,
                            target.fileSequence(),
                            Math.max(NUMBERS_AT_ONCE, files.size() - fileIds.size())));
        }
        return ledger.loaded(connection, files.stream().map(HeldFile::content).toList());
    }

    private Encoding encoded(HeldFile file, Optional<Long> givenFileId)
            throws InterruptedException {
        if (lines.isEmpty()) {
            server.run("taking numbers", connection -> known(connection, List.of(file)));
        }
        long line = lines.removeFirst();
        long fileId =
                givenFileId.orElseGet(
                        () -> target.fileSequence().isPresent() ? fileIds.removeFirst() : line);
        try {
            return new Encoded(new Attempt(file, line, fileId, encode(file, fileId, Map.of())));
        } catch (LodeException e) {
            if (e.kind() != ErrorKind.DATA) {
                throw e;
            }
            lines.addFirst(line);
            if (target.fileSequence().isPresent()) {
                fileIds.addFirst(fileId);
            }
            return new Unsound(
                    new FileResult.Failed(file.name(), e.kind(), String.valueOf(e.getMessage())));
        }
    }

    private EncodedDocument encode(HeldFile file, long fileId, Map<Integer, String> refused)
            throws InterruptedException {
        var facts = new DocumentFacts(file.name(), fileId, file.content());
        for (int round = 0; round < LOOKUP_ROUNDS; round++) {
            var encoded = encoder.encode(facts, file.bytes(), file.length(), refused);
            if (encoded.missing().isEmpty()) {
                return encoded;
            }
            server.run(
                    "giving numbers to new texts",
                    connection -> {
                        target.lookupTables().resolve(connection, encoded.missing());
                        connection.setAutoCommit(false);
                        return 0;
                    });
        }
        throw LodeException.bug(file.name() + ": its lookup texts keep getting no number", null);
    }

    private void group(
            List<HeldFile> files, Map<Integer, Attempt> attempts, Map<Integer, FileResult> results)
            throws InterruptedException {
        var waiting = new ArrayList<Integer>();
        for (int i = 0; i < files.size(); i++) {
            if (!results.containsKey(i)) {
                waiting.add(i);
            }
        }
        if (waiting.isEmpty()) {
            return;
        }
        while (true) {
            try {
                var done =
                        server.run(
                                "loading " + waiting.size() + " files",
                                connection -> transaction(connection, files, waiting, attempts));
                results.putAll(done);
                return;
            } catch (DataRefused refused) {
                if (waiting.size() > 1) {
                    for (int one : waiting) {
                        single(files, one, attempts, results);
                    }
                    return;
                }
                int only = waiting.getFirst();
                var attempt = attempts.get(only);
                if (attempt == null || !refuse(attempt, refused)) {
                    results.put(only, failed(files.get(only), refused.error));
                    return;
                }
            }
        }
    }

    private void single(
            List<HeldFile> files,
            int one,
            Map<Integer, Attempt> attempts,
            Map<Integer, FileResult> results)
            throws InterruptedException {
        var alone = new HashMap<Integer, FileResult>();
        for (int i = 0; i < files.size(); i++) {
            if (i != one) {
                alone.put(i, new FileResult.Failed("", ErrorKind.BUG, ""));
            }
        }
        group(files, attempts, alone);
        var result = alone.get(one);
        if (result != null) {
            results.put(one, result);
        }
    }

    private static FileResult.Failed failed(HeldFile file, SQLException error) {
        var sentence =
                LodeException.data(
                        file.name()
                                + ": the database refuses its rows: "
                                + PostgresErrors.text(error)
                                + PostgresErrors.detail(error)
                                        .map(text -> " (" + text + ")")
                                        .orElse("")
                                + "; nothing of the file was loaded; see the constraints and"
                                + " triggers of its tables");
        return new FileResult.Failed(
                file.name(), ErrorKind.DATA, String.valueOf(sentence.getMessage()));
    }

    /// Leaves the record out that the server refused.
    ///
    /// @return whether there was one
    private boolean refuse(Attempt attempt, DataRefused refused) throws InterruptedException {
        if (refused.table < 0 || attempt.refused().size() >= limits.refusals()) {
            return false;
        }
        var file = attempt.file();
        var facts = new DocumentFacts(file.name(), attempt.fileId(), file.content());
        int record =
                encoder.recordOf(
                        facts,
                        file.bytes(),
                        file.length(),
                        attempt.refused(),
                        refused.table,
                        refused.row);
        if (record < 0) {
            return false;
        }
        attempt.refused().put(record, PostgresErrors.text(refused.error));
        attempt.encodedAgain(
                attempt.fileId(), encode(file, attempt.fileId(), Map.copyOf(attempt.refused())));
        return true;
    }

    private Map<Integer, FileResult> transaction(
            Connection connection,
            List<HeldFile> files,
            List<Integer> waiting,
            Map<Integer, Attempt> attempts)
            throws SQLException {
        guard.before(connection, waiting.stream().map(i -> files.get(i).name()).toList());
        var firsts = new LinkedHashMap<String, Attempt>();
        for (int i : waiting) {
            var attempt = attempts.get(i);
            if (attempt != null) {
                firsts.putIfAbsent(attempt.encoded().hash(), attempt);
            }
        }
        var claims =
                firsts.values().stream()
                        .sorted(Comparator.comparing(attempt -> attempt.encoded().hash()))
                        .toList();
        Set<Long> won = claims.isEmpty() ? new HashSet<>() : ledger.claim(connection, claims);
        var holders =
                won.size() == claims.size()
                        ? Map.<String, DocumentLedger.Holder>of()
                        : ledger.holders(
                                connection,
                                claims.stream()
                                        .filter(attempt -> !won.contains(attempt.line()))
                                        .map(attempt -> attempt.encoded().hash())
                                        .toList());
        var contents =
                ledger.loaded(
                        connection,
                        waiting.stream()
                                .filter(i -> !attempts.containsKey(i))
                                .map(i -> files.get(i).content())
                                .toList());
        var winners = claims.stream().filter(attempt -> won.contains(attempt.line())).toList();
        AttemptRows.copy(connection, target, winners);
        for (var attempt : winners) {
            ledger.addRejects(connection, attempt.line(), attempt.encoded().rejects());
        }
        var results = new LinkedHashMap<Integer, FileResult>();
        for (int i : waiting) {
            results.put(
                    i,
                    result(
                            connection,
                            files.get(i),
                            Optional.ofNullable(attempts.get(i)),
                            repeats.getOrDefault(i, 0L),
                            firsts,
                            won,
                            holders,
                            contents));
        }
        guard.after(connection, List.copyOf(results.values()));
        return results;
    }

    private FileResult result(
            Connection connection,
            HeldFile file,
            Optional<Attempt> own,
            long repeat,
            Map<String, Attempt> firsts,
            Set<Long> won,
            Map<String, DocumentLedger.Holder> holders,
            Map<String, DocumentLedger.Holder> contents)
            throws SQLException {
        if (own.isEmpty()) {
            var holder = contents.get(file.content().hex());
            if (holder == null) {
                // Its rows were taken away between the look and the transaction.
                throw new SQLException("the content of " + file.name() + " is gone", "40001");
            }
            duplicate(connection, file, repeat, hashOf(connection, holder.id()), holder.id());
            return new FileResult.Duplicate(file.name(), holder.id(), holder.name());
        }
        var attempt = own.get();
        String hash = attempt.encoded().hash();
        if (won.contains(attempt.line())) {
            return loaded(attempt);
        }
        var first = firsts.get(hash);
        if (first != null && first != attempt && won.contains(first.line())) {
            duplicate(connection, file, attempt.line(), DocumentLedger.marked(hash), first.line());
            return new FileResult.Duplicate(file.name(), first.line(), first.file().name());
        }
        var holder = holders.get(DocumentLedger.marked(hash));
        if (holder == null) {
            throw new SQLException("the content of " + file.name() + " is gone", "40001");
        }
        if (holder.id() == attempt.line()) {
            // Committed by an attempt whose answer was lost.
            return loaded(attempt);
        }
        duplicate(connection, file, attempt.line(), DocumentLedger.marked(hash), holder.id());
        return new FileResult.Duplicate(file.name(), holder.id(), holder.name());
    }

    /// Unless an attempt whose answer was lost has done it.
    private void duplicate(
            Connection connection, HeldFile file, long line, String hash, long holder)
            throws SQLException {
        boolean done =
                Sql.number(connection, "SELECT count(*) FROM lode.document WHERE id = ?", line) > 0;
        if (!done) {
            ledger.duplicate(connection, file, line, hash, holder);
        }
    }

    private static String hashOf(Connection connection, long line) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT hash FROM lode.document WHERE id = ?",
                        row -> row.getString(1),
                        line)
                .getFirst();
    }

    private static FileResult loaded(Attempt attempt) {
        return new FileResult.Loaded(
                attempt.file().name(), attempt.line(), attempt.counts(), attempt.encoded().drift());
    }
}

package dev.lode.format.json;

import dev.lode.core.LodeException;
import dev.lode.core.pack.document.DocumentLimits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Turns documents into rows. Belongs to one thread; keeps its working memory from one document to
/// the next.
public final class DocumentEncoder {
    private static final long TAG_TRUE = 11;
    private static final long TAG_FALSE = 12;
    private static final long TAG_NULL = 13;
    private static final long TAG_OBJECT = 14;
    private static final long TAG_ARRAY = 15;
    private static final long TAG_RECORDS = 16;
    private static final int MAX_EXPONENT = 16_000;

    private final DocumentMapping mapping;
    private final DocumentLimits limits;
    private final Tokens tokens = new Tokens();
    private final Frames head = new Frames();
    private final Frames body = new Frames();
    private final RecordEncoder rows;
    private final EqualRecords equals = new EqualRecords();
    private final OpenKeys keys = new OpenKeys();

    // Of the document.
    private Frames frames = head;
    private boolean first;
    private Map<Integer, String> refused = Map.of();
    private final List<DocumentReject> rejects = new ArrayList<>();
    private final Map<String, Long> sections = new LinkedHashMap<>();
    private final DriftLog drift;
    private int records;

    // Of the record.
    private boolean inRecord;
    private @Nullable String problem;
    private String problemPlace = "";
    private int flaws;
    private byte lastFlaw;

    DocumentEncoder(DocumentMapping mapping, LookupIds lookups) {
        this.mapping = mapping;
        this.limits = mapping.limits();
        drift = new DriftLog(limits.drift());
        rows = new RecordEncoder(tokens, head, lookups, (int) limits.text().bytes());
    }

    /// The rows of a document.
    ///
    /// @param bytes of the document, decompressed; the array is used as it is where at least 32
    ///   bytes follow its content
    /// @param length of the document in `bytes`
    /// @throws LodeException of kind DATA when the document is not JSON, lacks what its file's row
    ///   needs, or is beyond a limit
    public EncodedDocument encode(DocumentFacts facts, byte[] bytes, int length) {
        return encode(facts, bytes, length, Map.of());
    }

    /// The rows of a document without records that the database refused.
    ///
    /// @param refusedRecords reasons by ordinal of the record; they become rejects
    public EncodedDocument encode(
            DocumentFacts facts, byte[] bytes, int length, Map<Integer, String> refusedRecords) {
        refused = refusedRecords;
        return run(facts, bytes, length);
    }

    /// The record that a row was made from, when the document is encoded with the same refusals.
    ///
    /// @param row of the table, from 0, in the order of the encoded rows
    /// @return ordinal of the record, from 0; -1 when the row is the file's own
    public int recordOf(
            DocumentFacts facts,
            byte[] bytes,
            int length,
            Map<Integer, String> refusedRecords,
            int table,
            int row) {
        refused = refusedRecords;
        run(facts, bytes, length);
        return rows.recordOf(table, row);
    }

    private EncodedDocument run(DocumentFacts facts, byte[] bytes, int length) {
        if (length > limits.document().bytes()) {
            throw LodeException.data(
                    facts.name()
                            + ": is "
                            + length
                            + " bytes long, at most "
                            + limits.document()
                            + " are allowed; not loaded; raise documents.limits.document of the"
                            + " pack if it is sound");
        }
        byte[] padded =
                bytes.length >= length + Tokens.PADDING
                        ? bytes
                        : Arrays.copyOf(bytes, length + Tokens.PADDING);
        for (int i = length; i < length + Tokens.PADDING; i++) {
            padded[i] = 0;
        }
        try {
            return document(facts, padded, length);
        } catch (JsonDamage e) {
            throw LodeException.data(
                    facts.name()
                            + ": "
                            + e.getMessage()
                            + " (byte "
                            + e.at()
                            + " of "
                            + length
                            + "); nothing of the file was loaded; have it sent again");
        }
    }

    private EncodedDocument document(DocumentFacts facts, byte[] bytes, int length) {
        tokens.over(bytes, length);
        clear();
        rows.begin(facts, mapping.tables().size());
        int begin = length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb ? 3 : 0;
        tokens.at = begin;
        if (tokens.skipBlanks() == 0 && tokens.at >= length) {
            throw new JsonDamage(0, "holds no JSON document: it is empty");
        }
        if (bytes[tokens.at] != '{' && bytes[tokens.at] != '[') {
            throw tokens.unexpected("a JSON object or array");
        }
        var root = mapping.root();
        head.row(root, -1, 0);
        first = true;
        header(root.root);
        first = false;
        var time = time();
        rows.time(time.orElse(0));
        checkFile(facts);
        tokens.at = begin;
        tokens.skipBlanks();
        value(root.root, 0, 0, 0);
        if (tokens.skipBlanks() != 0 || tokens.at < length) {
            throw tokens.unexpected("the end of the document");
        }
        var hex = new byte[32];
        RowIds.hex(tokens.hashA, hex, 0, 16);
        RowIds.hex(tokens.hashB, hex, 16, 16);
        String hash = new String(hex, java.nio.charset.StandardCharsets.US_ASCII);
        rows.hash(hash);
        if (mapping.file() != null) {
            rows.record(fileFrame(), -1, 0, 0, 0);
        }
        return new EncodedDocument(
                hash,
                time,
                sections,
                records,
                rows.finish(),
                rejects,
                drift.all(),
                new HashSet<>(rows.missing()));
    }

    private void clear() {
        head.clear();
        body.clear();
        frames = head;
        keys.clear();
        equals.clear();
        rejects.clear();
        sections.clear();
        drift.clear();
        records = 0;
        inRecord = false;
        problem = null;
        flaws = 0;
    }

    // The document's own fields: everything but arrays of records is read, and those are skipped.
    private void header(Node root) {
        if (root.rows != null || root.keys == null || tokens.skipBlanks() != '{') {
            return;
        }
        headerObject(root);
    }

    private void headerObject(Node node) {
        var table = node.keys;
        tokens.at++;
        if (tokens.skipBlanks() == '}') {
            tokens.at++;
            return;
        }
        while (true) {
            key();
            int index =
                    table == null
                            ? -1
                            : tokens.escaped
                                    ? table.find(
                                            tokens.plain,
                                            0,
                                            tokens.plainLength,
                                            tokens.hashA,
                                            table.size())
                                    : table.find(
                                            tokens.bytes,
                                            tokens.from,
                                            tokens.to,
                                            tokens.hashA,
                                            table.size());
            var member = index < 0 ? null : node.members[index];
            colon();
            if (member == null || member.rows != null || member.ignored) {
                tokens.skip();
            } else if (member.keys != null && tokens.skipBlanks() == '{') {
                headerObject(member);
            } else {
                value(member, 0, 0, 1);
            }
            int next = tokens.skipBlanks();
            if (next == '}') {
                tokens.at++;
                return;
            }
            if (next != ',') {
                throw tokens.unexpected("',' or '}'");
            }
            tokens.at++;
        }
    }

    private void key() {
        if (tokens.skipBlanks() != '"') {
            throw tokens.unexpected("a key");
        }
        tokens.hashedString();
        // Keys of the table are hashed without the tag of texts.
        tokens.hashA -= Tokens.TAG_STRING;
        tokens.hashB -= Tokens.TAG_STRING;
    }

    private void colon() {
        if (tokens.skipBlanks() != ':') {
            throw tokens.unexpected("':'");
        }
        tokens.at++;
    }

    private OptionalLong time() {
        int slot = mapping.timeSlot();
        if (slot < 0) {
            return OptionalLong.empty();
        }
        var found = rows.wholeNumber(head, slot);
        if (found.isEmpty()) {
            throw headerFault(mapping.timePath(), rows.problem());
        }
        long millis = found.getAsLong();
        if (millis < 0 || millis > RowIds.MAX_TIME) {
            throw headerFault(
                    mapping.timePath(), "\"" + millis + "\" is no time in milliseconds since 1970");
        }
        return found;
    }

    private static JsonDamage headerFault(String path, String reason) {
        return new JsonDamage(0, "the document's " + path + " " + reason);
    }

    /// What the file's row needs must be there before any record counts.
    private void checkFile(DocumentFacts facts) {
        if (mapping.file() == null) {
            return;
        }
        rows.hash("0".repeat(32));
        if (!rows.record(fileFrame(), -1, 0, 0, 0)) {
            throw headerFault("value for " + rows.problemColumn(), rows.problem());
        }
        rows.begin(facts, mapping.tables().size());
    }

    private Frames fileFrame() {
        var file = mapping.file();
        var frame = new Frames();
        if (file != null) {
            frame.row(file, -1, 0);
        }
        return frame;
    }

    private void value(@Nullable Node node, int base, int row, int depth) {
        int next = tokens.skipBlanks();
        int start = tokens.at;
        if (node != null && node.rows != null && !inRecord) {
            section(node.rows, depth);
            return;
        }
        switch (next) {
            case '"' -> {
                tokens.hashedString();
                if (tokens.flaw != Tokens.SOUND) {
                    flaws++;
                    lastFlaw = (byte) tokens.flaw;
                }
                store(node, base, tokens.escaped ? Frames.ESCAPED : Frames.STRING);
            }
            case '{' -> {
                int before = flaws;
                if (node != null && node.rows != null) {
                    int child = frames.row(node.rows, row, 1);
                    object(node.rows.root, frames.bases[child], child, depth + 1);
                    elements(node, base, child, child);
                } else {
                    object(node, base, row, depth + 1);
                }
                nested(node, base, start, before);
            }
            case '[' -> {
                int before = flaws;
                array(node, base, row, depth + 1);
                nested(node, base, start, before);
            }
            case 't' -> {
                tokens.word("true");
                constant(TAG_TRUE);
                store(node, base, Frames.TRUE);
            }
            case 'f' -> {
                tokens.word("false");
                constant(TAG_FALSE);
                store(node, base, Frames.FALSE);
            }
            case 'n' -> {
                tokens.word("null");
                constant(TAG_NULL);
                if (node != null && node.slot >= 0) {
                    frames.kinds[base + node.slot] = Frames.NULL;
                }
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                tokens.number();
                if (tokens.big
                        || tokens.exponent > MAX_EXPONENT
                        || tokens.exponent < -MAX_EXPONENT) {
                    bigNumber();
                }
                store(node, base, tokens.big ? Frames.BIG : Frames.NUMBER);
            }
            default -> throw tokens.unexpected("a value");
        }
    }

    private void bigNumber() {
        if (Math.abs((long) tokens.exponent) > MAX_EXPONENT || (tokens.big && hasExponent())) {
            flaws++;
            lastFlaw = Tokens.TOO_LARGE;
            tokens.flaw = Tokens.TOO_LARGE;
        }
    }

    private boolean hasExponent() {
        for (int i = tokens.from; i < tokens.to; i++) {
            if ((tokens.bytes[i] | 0x20) == 'e') {
                return true;
            }
        }
        return false;
    }

    private void constant(long tag) {
        tokens.hashA = ContentHash.first(tag, 0, 0);
        tokens.hashB = ContentHash.second(tag, 0, 0);
        tokens.escaped = false;
        tokens.flaw = Tokens.SOUND;
    }

    private void store(@Nullable Node node, int base, byte kind) {
        if (node == null) {
            return;
        }
        int slot = node.slot;
        if (slot >= 0) {
            int at = base + slot;
            frames.kinds[at] = kind;
            frames.flaws[at] = (byte) tokens.flaw;
            frames.froms[at] = tokens.from;
            frames.tos[at] = tokens.to;
            if (kind == Frames.NUMBER) {
                frames.digits[at] = tokens.digits;
                frames.exponents[at] = tokens.exponent;
            }
        }
        if (node.rows != null || node.keys != null) {
            problem(node.path, "is neither an array nor an object");
        }
    }

    private void nested(@Nullable Node node, int base, int start, int flawsBefore) {
        if (node != null && node.slot >= 0) {
            int at = base + node.slot;
            frames.kinds[at] = Frames.NESTED;
            frames.flaws[at] = flaws == flawsBefore ? Tokens.SOUND : lastFlaw;
            frames.froms[at] = start;
            frames.tos[at] = tokens.at;
        }
    }

    /// Notes why the record cannot be loaded; outside of records it is the document that cannot.
    private void problem(String place, String reason) {
        if (first) {
            return;
        }
        if (!inRecord) {
            throw tokens.damage("the document's " + place + " " + reason);
        }
        if (problem == null) {
            problem = reason;
            problemPlace = place;
        }
    }

    private void tooDeep(int depth) {
        if (depth > limits.depth()) {
            throw tokens.damage(
                    "arrays and objects lie deeper than the "
                            + limits.depth()
                            + " levels of documents.limits.depth");
        }
    }

    private void array(@Nullable Node node, int base, int row, int depth) {
        tooDeep(depth);
        var plan = node == null ? null : node.rows;
        long stateA = TAG_ARRAY;
        long stateB = TAG_ARRAY;
        int count = 0;
        int firstRow = -1;
        int lastRow = -1;
        tokens.at++;
        if (tokens.skipBlanks() == ']') {
            tokens.at++;
        } else {
            while (true) {
                if (plan == null) {
                    value(null, 0, 0, depth);
                } else {
                    lastRow = frames.row(plan, row, count + 1);
                    firstRow = firstRow < 0 ? lastRow : firstRow;
                    if (tokens.skipBlanks() != '{' && plan.root.slot < 0) {
                        problem(plan.path + "[" + count + "]", "is not an object");
                    }
                    value(plan.root, frames.bases[lastRow], lastRow, depth);
                }
                count++;
                stateA = ContentHash.next(stateA, tokens.hashA);
                stateB = ContentHash.next(stateB, tokens.hashB);
                int next = tokens.skipBlanks();
                tokens.at++;
                if (next == ']') {
                    break;
                }
                if (next != ',') {
                    tokens.at--;
                    throw tokens.unexpected("',' or ']'");
                }
            }
        }
        if (node != null && plan != null && firstRow >= 0) {
            elements(node, base, firstRow, lastRow);
        }
        if (count > RowIds.MAX_POSITION) {
            problem(node == null ? "" : node.path, "has more than " + RowIds.MAX_POSITION);
        }
        tokens.hashA = ContentHash.first(TAG_ARRAY, stateA, count);
        tokens.hashB = ContentHash.second(TAG_ARRAY, stateB, count);
    }

    /// Hands values of the first and the last element to the row around.
    private void elements(Node node, int base, int firstRow, int lastRow) {
        copy(node.firstElement, frames.bases[firstRow], base);
        copy(node.lastElement, frames.bases[lastRow], base);
    }

    private void copy(int[] pairs, int from, int to) {
        for (int i = 0; i < pairs.length; i += 2) {
            frames.copy(from + pairs[i], to + pairs[i + 1]);
        }
    }

    private void object(@Nullable Node node, int base, int row, int depth) {
        tooDeep(depth);
        var table = node == null ? null : node.keys;
        int opened = keys.open();
        long known = 0;
        int previous = table == null ? 0 : table.size();
        long sumA = 0;
        long sumB = 0;
        int count = 0;
        tokens.at++;
        if (tokens.skipBlanks() == '}') {
            tokens.at++;
        } else {
            while (true) {
                if (tokens.skipBlanks() != '"') {
                    throw tokens.unexpected("a key");
                }
                long keyA;
                long keyB;
                int index = -1;
                if (table != null) {
                    index = table.guess(tokens.bytes, tokens.at + 1, previous);
                }
                int keyFrom = tokens.at + 1;
                int keyTo;
                if (index >= 0 && table != null) {
                    keyTo = keyFrom + table.length(index);
                    tokens.at = keyTo + 1;
                    keyA = table.hashA[index];
                    keyB = table.hashB[index];
                } else {
                    key();
                    keyTo = tokens.to;
                    keyA = tokens.hashA;
                    keyB = tokens.hashB;
                    if (tokens.flaw != Tokens.SOUND) {
                        flaws++;
                        lastFlaw = (byte) tokens.flaw;
                    }
                    if (table != null) {
                        index =
                                tokens.escaped
                                        ? table.find(
                                                tokens.plain, 0, tokens.plainLength, keyA, previous)
                                        : table.find(tokens.bytes, keyFrom, keyTo, keyA, previous);
                    }
                }
                if (index >= 0 && index < Long.SIZE) {
                    if ((known >>> index & 1) != 0) {
                        twice(node, keyFrom, keyTo);
                    }
                    known |= 1L << index;
                } else if (keys.isTwice(opened, keyA)) {
                    twice(node, keyFrom, keyTo);
                }
                var member = index < 0 || node == null ? null : node.members[index];
                previous = index < 0 ? previous : index;
                colon();
                if (member == null && table != null && !first) {
                    unknown(node, keyFrom, keyTo, depth);
                } else {
                    value(member, base, row, depth);
                }
                count++;
                sumA += ContentHash.member(keyA, tokens.hashA);
                sumB += ContentHash.member(keyB, tokens.hashB);
                int next = tokens.skipBlanks();
                tokens.at++;
                if (next == '}') {
                    break;
                }
                if (next != ',') {
                    tokens.at--;
                    throw tokens.unexpected("',' or '}'");
                }
            }
        }
        keys.close(opened);
        tokens.hashA = ContentHash.first(TAG_OBJECT, sumA, count);
        tokens.hashB = ContentHash.second(TAG_OBJECT, sumB, count);
    }

    private void twice(@Nullable Node node, int from, int to) {
        String name =
                new String(tokens.bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
        String path = node == null || node.path.isEmpty() ? "" : node.path + ".";
        problem(path + name, "stands twice in one object");
    }

    private void unknown(@Nullable Node node, int from, int to, int depth) {
        tokens.skipBlanks();
        int start = tokens.at;
        value(null, 0, 0, depth);
        if (node == null || node.ignored) {
            return;
        }
        String path =
                (node.path.isEmpty() ? "" : node.path + ".")
                        + new String(
                                tokens.bytes,
                                from,
                                to - from,
                                java.nio.charset.StandardCharsets.UTF_8);
        drift.note(path, tokens.bytes, start, tokens.at);
    }

    // An array of records, or one record.
    private void section(RowPlan plan, int depth) {
        long sumA = 0;
        long sumB = 0;
        int count = 0;
        int next = tokens.skipBlanks();
        if (next == 'n') {
            tokens.word("null");
            constant(TAG_NULL);
            return;
        }
        if (next == '{') {
            record(plan, -1, depth);
            sections.merge(plan.path, 1L, Long::sum);
            return;
        }
        if (next != '[') {
            throw tokens.unexpected("an array of records at " + plan.path);
        }
        tokens.at++;
        if (tokens.skipBlanks() == ']') {
            tokens.at++;
        } else {
            while (true) {
                record(plan, count, depth + 1);
                count++;
                sumA += ContentHash.member(TAG_RECORDS, tokens.hashA);
                sumB += ContentHash.member(TAG_RECORDS, tokens.hashB);
                int after = tokens.skipBlanks();
                tokens.at++;
                if (after == ']') {
                    break;
                }
                if (after != ',') {
                    tokens.at--;
                    throw tokens.unexpected("',' or ']'");
                }
            }
        }
        sections.merge(plan.path, (long) count, Long::sum);
        tokens.hashA = ContentHash.first(TAG_RECORDS, sumA, count);
        tokens.hashB = ContentHash.second(TAG_RECORDS, sumB, count);
    }

    private void record(RowPlan plan, int place, int depth) {
        if (records >= limits.records()) {
            throw tokens.damage(
                    "has more than the "
                            + limits.records()
                            + " records of documents.limits.records");
        }
        int ordinal = records++;
        int next = tokens.skipBlanks();
        int start = tokens.at;
        inRecord = true;
        problem = null;
        problemPlace = "";
        body.clear();
        frames = body;
        int row = body.row(plan, -1, 1);
        if (next != '{' && plan.root.slot < 0) {
            problem(plan.path, "is not an object");
            value(null, 0, 0, depth);
        } else {
            value(plan.root, body.bases[row], row, depth);
        }
        inRecord = false;
        frames = head;
        long hashA = tokens.hashA;
        long hashB = tokens.hashB;
        int stop = tokens.at;
        String reason = problem;
        String column = problemPlace;
        var known = refused.get(ordinal);
        if (reason == null && known != null) {
            reason = known;
            column = "";
        }
        if (reason == null) {
            int occurrence = equals.next(hashA ^ plan.seedA, hashB ^ plan.seedB);
            if (!rows.record(body, ordinal, hashA, hashB, occurrence)) {
                reason = rows.problem();
                column = rows.problemColumn();
            }
        }
        if (reason != null) {
            reject(plan, place, ordinal, start, stop, column, reason);
        }
        // The encoder may have read texts again.
        tokens.at = stop;
        tokens.hashA = hashA;
        tokens.hashB = hashB;
    }

    private void reject(
            RowPlan plan,
            int place,
            int ordinal,
            int start,
            int stop,
            String column,
            String reason) {
        if (rejects.size() >= limits.rejects()) {
            throw tokens.damage(
                    "has more than the "
                            + limits.rejects()
                            + " rejects of documents.limits.rejects, the last one at "
                            + plan.path
                            + "["
                            + place
                            + "]: "
                            + column
                            + " "
                            + reason);
        }
        int kept = (int) Math.min(stop - start, limits.keptRaw().bytes());
        rejects.add(
                new DocumentReject(
                        place < 0 ? plan.path : plan.path + "[" + place + "]",
                        ordinal,
                        start,
                        column.isEmpty() ? Optional.empty() : Optional.of(column),
                        reason,
                        Arrays.copyOfRange(tokens.bytes, start, start + kept),
                        stop - start));
    }
}

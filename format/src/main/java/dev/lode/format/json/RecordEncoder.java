package dev.lode.format.json;

import dev.lode.core.pack.document.ValueSpec.Fact;
import dev.lode.core.pack.document.ValueSpec.Reading;
import dev.lode.format.csv.ScalarReader;
import dev.lode.format.csv.TargetColumn.Kind;
import dev.lode.format.json.ColumnPlan.CompareSource;
import dev.lode.format.json.ColumnPlan.ConstantSource;
import dev.lode.format.json.ColumnPlan.FactSource;
import dev.lode.format.json.ColumnPlan.FieldSource;
import dev.lode.format.json.ColumnPlan.KeyPart;
import dev.lode.format.json.ColumnPlan.LookupSource;
import dev.lode.format.json.ColumnPlan.Slot;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// Writes the rows of a record. Values become what their column asks for, in COPY's binary format;
/// the first that cannot is the record's problem, and nothing of it is kept. Not thread safe.
///
/// Foreign facts: fields as PostgreSQL's `*recv` functions read them; timestamps count microseconds
/// since 2000-01-01 and reach from 4713 BC to 294276 AD.
final class RecordEncoder {
    private static final long MILLIS_TO_2000 = 946_684_800_000L;
    private static final long MIN_MILLIS = -210_866_803_200_000L;
    private static final long MAX_MILLIS = 9_224_318_015_999_999L;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int THURSDAY = 4;
    private static final int EXACT_SCALE = 22;
    private static final long EXACT_DOUBLE = 1L << 53;
    private static final int SHOWN = 40;
    private static final int MAX_NUMERIC_SCALE = 1_000;
    private static final int MAX_NUMERIC_DIGITS = 1_000;
    private static final double[] POWERS = new double[EXACT_SCALE + 1];
    private static final long[] TENS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
        TENS[0] = 1;
        for (int i = 1; i < TENS.length; i++) {
            TENS[i] = TENS[i - 1] * 10;
        }
    }

    private final Tokens tokens;
    private final Frames head;
    private final LookupIds lookups;
    private final int textLimit;
    private final RowIds ids = new RowIds();
    private final ScalarReader scalars = new ScalarReader();
    private final byte[] id = new byte[RowIds.LENGTH];
    private final Set<LookupTexts> missing = new HashSet<>();
    private RowBuffer[] buffers = new RowBuffer[0];

    // Of the document.
    private long fileId;
    private byte[] fileName = new byte[0];
    private byte[] fileContent = new byte[0];
    private byte[] fileHash = new byte[32];
    private long seedA;
    private long seedB;

    // Of the value last asked for.
    private long value;
    private long low;

    // Of the record that failed.
    private String problem = "";
    private String problemColumn = "";

    RecordEncoder(Tokens tokens, Frames head, LookupIds lookups, int textLimit) {
        this.tokens = tokens;
        this.head = head;
        this.lookups = lookups;
        this.textLimit = textLimit;
    }

    void begin(DocumentFacts facts, int tables) {
        fileId = facts.id();
        fileName = facts.name().getBytes(StandardCharsets.UTF_8);
        fileContent = facts.content().hex().getBytes(StandardCharsets.US_ASCII);
        byte[] content = HexFormat.of().parseHex(facts.content().hex());
        seedA = ContentHash.load(content, 0);
        seedB = ContentHash.load(content, 8);
        missing.clear();
        buffers = new RowBuffer[tables];
        for (int i = 0; i < tables; i++) {
            buffers[i] = new RowBuffer();
        }
    }

    void time(long millis) {
        ids.time(millis);
    }

    void hash(String hex) {
        fileHash = hex.getBytes(StandardCharsets.US_ASCII);
    }

    Set<LookupTexts> missing() {
        return missing;
    }

    List<EncodedRows> finish() {
        var all = new ArrayList<EncodedRows>(buffers.length);
        for (int i = 0; i < buffers.length; i++) {
            all.add(buffers[i].finish(i));
        }
        return all;
    }

    /// Why the last record was refused.
    String problem() {
        return problem;
    }

    /// The column to blame.
    String problemColumn() {
        return problemColumn;
    }

    /// The record that a row of a finished table was made from; -1 for the file's own row.
    int recordOf(int table, int row) {
        return buffers[table].recordOf(row);
    }

    /// Writes all rows of the record in `frames`.
    ///
    /// @param ordinal of the record; -1 for the file's own
    /// @param occurrence how many equal ones came before
    /// @return whether they were written; if not, nothing was
    boolean record(Frames frames, int ordinal, long hashA, long hashB, int occurrence) {
        for (var buffer : buffers) {
            buffer.mark();
        }
        ids.room(frames.rows);
        for (int row = 0; row < frames.rows; row++) {
            var plan = frames.plans[row];
            int parent = frames.parents[row];
            if (parent < 0) {
                ids.first[row] = ContentHash.first(seedA ^ plan.seedA, hashA, seedB);
                ids.second[row] = ContentHash.second(seedB ^ plan.seedB, hashB, seedA);
                ids.positions[row] = occurrence;
            } else {
                int above = ids.positions[parent];
                ids.child(
                        row,
                        ContentHash.first(above, ids.first[parent], plan.seedA),
                        ContentHash.second(above, ids.second[parent], plan.seedB),
                        frames.positions[row],
                        parent);
            }
            if (plan.table >= 0 && !row(frames, row, ordinal, plan, buffers[plan.table])) {
                for (var buffer : buffers) {
                    buffer.reset();
                }
                return false;
            }
        }
        return true;
    }

    private boolean row(Frames frames, int row, int ordinal, RowPlan plan, RowBuffer out) {
        out.row(plan.hasId, ids.first[row], ids.low(row), ids.positions[row], ordinal);
        out.putShort(plan.columns.length);
        for (var column : plan.columns) {
            if (!column(frames, row, column, out)) {
                problemColumn = column.column();
                return false;
            }
            if (out.size + RowBuffer.SLACK / 2 > out.piece.length) {
                out.room();
            }
        }
        out.rows++;
        return true;
    }

    private boolean column(Frames frames, int row, ColumnPlan column, RowBuffer out) {
        return switch (column.source()) {
            case FieldSource field -> field(frames, row, column, field, out);
            case FactSource fact -> fact(frames, row, column, fact.fact(), out);
            case ConstantSource constant -> {
                out.put(constant.field(), 0, constant.field().length);
                yield true;
            }
            case CompareSource compare -> compare(frames, row, column, compare, out);
            case LookupSource lookup -> lookup(frames, row, column, lookup, out);
        };
    }

    private boolean fail(String reason) {
        problem = reason;
        return false;
    }

    private boolean absent(ColumnPlan column, RowBuffer out) {
        if (column.notNull()) {
            return fail("is missing");
        }
        out.putInt(-1);
        return true;
    }

    private boolean fact(Frames frames, int row, ColumnPlan column, Fact fact, RowBuffer out) {
        return switch (fact) {
            case ID -> {
                ids.put(row, id, 0);
                yield text(id, 0, id.length, column, out);
            }
            case PARENT_ID -> {
                ids.put(frames.parents[row], id, 0);
                yield text(id, 0, id.length, column, out);
            }
            case POSITION -> number(frames.positions[row], column, out);
            case FILE_ID -> number(fileId, column, out);
            case FILE_NAME -> text(fileName, 0, fileName.length, column, out);
            case FILE_HASH -> text(fileHash, 0, fileHash.length, column, out);
            case FILE_CONTENT -> text(fileContent, 0, fileContent.length, column, out);
        };
    }

    private boolean number(long number, ColumnPlan column, RowBuffer out) {
        return switch (column.kind()) {
            case INT2, INT4, INT8 -> integer(number, column, out);
            case TEXT -> {
                byte[] digits = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
                yield text(digits, 0, digits.length, column, out);
            }
            default -> fail("a number does not go into this column");
        };
    }

    private boolean integer(long number, ColumnPlan column, RowBuffer out) {
        switch (column.kind()) {
            case INT2 -> {
                if (number != (short) number) {
                    return fail(number + " is beyond smallint");
                }
                out.putInt(2);
                out.putShort((int) number);
            }
            case INT4 -> {
                if (number != (int) number) {
                    return fail(number + " is beyond integer");
                }
                out.putInt(4);
                out.putInt((int) number);
            }
            default -> {
                out.putInt(8);
                out.putLong(number);
            }
        }
        return true;
    }

    private boolean text(byte[] bytes, int from, int length, ColumnPlan column, RowBuffer out) {
        if (length > textLimit) {
            return fail(
                    "is " + length + " bytes long, at most " + textLimit + " are allowed (text)");
        }
        if (column.maxChars() > 0 && length > column.maxChars()) {
            int chars = 0;
            for (int i = from; i < from + length; i++) {
                chars += (bytes[i] & 0xc0) == 0x80 ? 0 : 1;
            }
            if (chars > column.maxChars()) {
                return fail(
                        "is " + chars + " characters long, the column takes " + column.maxChars());
            }
        }
        out.putInt(length);
        if (length <= RowBuffer.SLACK / 4) {
            System.arraycopy(bytes, from, out.piece, out.size, length);
            out.size += length;
        } else {
            out.put(bytes, from, length);
        }
        return true;
    }

    private Frames frames(Frames own, Slot slot) {
        return slot.level() == 2 ? head : own;
    }

    private static int place(Frames frames, int row, Slot slot) {
        return switch (slot.level()) {
            case 0 -> frames.bases[row] + slot.slot();
            case 1 -> frames.bases[frames.parents[row]] + slot.slot();
            default -> slot.slot();
        };
    }

    /// The first slot that holds something; null for none.
    private @Nullable Slot present(Frames frames, int row, Slot[] slots) {
        for (var slot : slots) {
            if (frames(frames, slot).kinds[place(frames, row, slot)] > Frames.NULL) {
                return slot;
            }
        }
        return null;
    }

    private boolean field(
            Frames own, int row, ColumnPlan column, FieldSource field, RowBuffer out) {
        var slot = present(own, row, field.slots());
        if (slot == null) {
            if (field.absent() != null) {
                out.put(field.absent(), 0, field.absent().length);
                return true;
            }
            return absent(column, out);
        }
        var frames = frames(own, slot);
        int at = place(own, row, slot);
        var limit = field.notBelow();
        if (limit != null && isBelow(own, row, frames, at, limit)) {
            return fail(shown(frames, at) + " is below " + limit.path());
        }
        if (field.bounded() && !inBounds(frames, at, field)) {
            return false;
        }
        return switch (field.reading()) {
            case JSON -> json(frames, at, column, out);
            case UTC_MILLIS -> instant(frames, at, 1, column, out);
            case UTC_SECONDS -> instant(frames, at, 1000, column, out);
            case WEEKDAY -> {
                if (!whole(frames, at)) {
                    yield false;
                }
                long day = Math.floorDiv(value, DAY_MILLIS) + THURSDAY;
                yield integer(Math.floorMod(day, 7), column, out);
            }
            case COLUMN -> plain(frames, at, column, field, out);
        };
    }

    private boolean isBelow(Frames own, int row, Frames frames, int at, Slot limit) {
        var other = frames(own, limit);
        int otherAt = place(own, row, limit);
        if (other.kinds[otherAt] <= Frames.NULL || !decimal(other, otherAt)) {
            return false;
        }
        double least = Double.longBitsToDouble(value);
        return decimal(frames, at) && Double.longBitsToDouble(value) < least;
    }

    private boolean inBounds(Frames frames, int at, FieldSource field) {
        if (!decimal(frames, at)) {
            return false;
        }
        double number = Double.longBitsToDouble(value);
        return (number >= field.min() && number <= field.max())
                || fail(
                        shown(frames, at)
                                + " is out of bounds: expected "
                                + (field.min() == Double.NEGATIVE_INFINITY
                                        ? "at most " + field.max()
                                        : field.max() == Double.POSITIVE_INFINITY
                                                ? "at least " + field.min()
                                                : field.min() + " to " + field.max()));
    }

    private boolean plain(
            Frames frames, int at, ColumnPlan column, FieldSource field, RowBuffer out) {
        if (!field.map().isEmpty()) {
            var mapped = field.map().get(string(frames, at));
            if (mapped != null) {
                out.put(mapped, 0, mapped.length);
                return true;
            }
        }
        return switch (column.kind()) {
            case INT2, INT4, INT8 -> whole(frames, at) && integer(value, column, out);
            case FLOAT8 -> {
                if (!decimal(frames, at)) {
                    yield false;
                }
                out.putInt(8);
                out.putLong(value);
                yield true;
            }
            case FLOAT4 -> {
                if (!single(frames, at)) {
                    yield false;
                }
                out.putInt(4);
                out.putInt((int) value);
                yield true;
            }
            case NUMERIC -> numeric(frames, at, out);
            case BOOLEAN -> {
                if (!bool(frames, at)) {
                    yield false;
                }
                out.putInt(1);
                out.putByte((int) value);
                yield true;
            }
            case TEXT -> string(frames, at, column, out);
            case JSON, JSONB -> json(frames, at, column, out);
            case DATE -> {
                if (!scalar(frames, at, Kind.DATE, "a date")) {
                    yield false;
                }
                out.putInt(4);
                out.putInt((int) value);
                yield true;
            }
            case TIMESTAMP, TIMESTAMPTZ -> {
                if (!scalar(
                        frames,
                        at,
                        column.kind(),
                        column.kind() == Kind.TIMESTAMP
                                ? "a time such as 2026-06-30 12:00:00"
                                : "a time with its zone")) {
                    yield false;
                }
                out.putInt(8);
                out.putLong(value);
                yield true;
            }
            case UUID -> {
                if (!scalar(frames, at, Kind.UUID, "a UUID")) {
                    yield false;
                }
                out.putInt(16);
                out.putLong(value);
                out.putLong(low);
                yield true;
            }
            case BYTEA, OTHER -> fail("this column's type cannot be filled");
        };
    }

    private boolean instant(Frames frames, int at, int unit, ColumnPlan column, RowBuffer out) {
        if (!whole(frames, at)) {
            return false;
        }
        if (value < MIN_MILLIS / unit || value > MAX_MILLIS / unit) {
            return fail(shown(frames, at) + " is beyond the times that PostgreSQL knows");
        }
        long millis = value * unit - MILLIS_TO_2000;
        if (column.kind() == Kind.DATE) {
            out.putInt(4);
            out.putInt((int) Math.floorDiv(millis, DAY_MILLIS));
        } else {
            out.putInt(8);
            out.putLong(millis * 1000);
        }
        return true;
    }

    private boolean json(Frames frames, int at, ColumnPlan column, RowBuffer out) {
        if (frames.flaws[at] != Tokens.SOUND) {
            return flaw(frames.flaws[at]);
        }
        boolean quoted = frames.kinds[at] == Frames.STRING || frames.kinds[at] == Frames.ESCAPED;
        int from = frames.froms[at] - (quoted ? 1 : 0);
        int length = frames.tos[at] + (quoted ? 1 : 0) - from;
        if (length > textLimit) {
            return fail(
                    "is " + length + " bytes long, at most " + textLimit + " are allowed (text)");
        }
        if (column.kind() == Kind.TEXT) {
            return text(tokens.bytes, from, length, column, out);
        }
        if (column.kind() == Kind.JSONB) {
            out.putInt(length + 1);
            out.putByte(1);
        } else {
            out.putInt(length);
        }
        out.put(tokens.bytes, from, length);
        return true;
    }

    private boolean flaw(int flaw) {
        return fail(
                switch (flaw) {
                    case Tokens.HAS_NUL -> "holds the character U+0000, which PostgreSQL refuses";
                    case Tokens.LONE_SURROGATE -> "holds half of a surrogate pair";
                    case Tokens.TOO_LARGE -> "holds a number beyond what PostgreSQL stores";
                    default -> "is not UTF-8";
                });
    }

    private boolean string(Frames frames, int at, ColumnPlan column, RowBuffer out) {
        if (frames.flaws[at] != Tokens.SOUND) {
            return flaw(frames.flaws[at]);
        }
        return switch (frames.kinds[at]) {
            case Frames.ESCAPED -> {
                tokens.unescape(frames.froms[at], frames.tos[at]);
                yield text(tokens.plain, 0, tokens.plainLength, column, out);
            }
            case Frames.NESTED ->
                    fail(shown(frames, at) + " is an array or object, expected a text");
            default ->
                    text(
                            tokens.bytes,
                            frames.froms[at],
                            frames.tos[at] - frames.froms[at],
                            column,
                            out);
        };
    }

    /// A scalar as a Java text, escapes undone.
    private String string(Frames frames, int at) {
        if (frames.kinds[at] == Frames.ESCAPED) {
            tokens.unescape(frames.froms[at], frames.tos[at]);
            return new String(tokens.plain, 0, tokens.plainLength, StandardCharsets.UTF_8);
        }
        return new String(
                tokens.bytes,
                frames.froms[at],
                frames.tos[at] - frames.froms[at],
                StandardCharsets.UTF_8);
    }

    private String shown(Frames frames, int at) {
        String text = string(frames, at);
        return "\"" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "\"";
    }

    private boolean whole(Frames frames, int at) {
        switch (frames.kinds[at]) {
            case Frames.NUMBER -> {
                int exponent = frames.exponents[at];
                long digits = frames.digits[at];
                if (exponent == 0) {
                    value = digits;
                    return true;
                }
                if (exponent < 0) {
                    return fail(shown(frames, at) + " is not a whole number");
                }
                if (exponent >= TENS.length
                        || Math.multiplyHigh(digits, TENS[exponent])
                                != (digits * TENS[exponent]) >> 63) {
                    return fail(shown(frames, at) + " is beyond bigint");
                }
                value = digits * TENS[exponent];
                return true;
            }
            case Frames.STRING -> {
                return scalar(frames, at, Kind.INT8, "a whole number");
            }
            case Frames.BIG -> {
                return big(frames, at);
            }
            default -> {
                return fail(shown(frames, at) + " is not a whole number");
            }
        }
    }

    /// The whole number in a slot; empty, with a problem, when there is none.
    OptionalLong wholeNumber(Frames frames, int at) {
        if (frames.kinds[at] <= Frames.NULL) {
            fail("is missing");
            return OptionalLong.empty();
        }
        return whole(frames, at) ? OptionalLong.of(value) : OptionalLong.empty();
    }

    private boolean big(Frames frames, int at) {
        try {
            value = new BigDecimal(string(frames, at)).longValueExact();
            return true;
        } catch (ArithmeticException e) {
            return fail(shown(frames, at) + " is not a whole number or beyond bigint");
        }
    }

    /// The bits of a double.
    private boolean decimal(Frames frames, int at) {
        switch (frames.kinds[at]) {
            case Frames.NUMBER -> {
                long digits = frames.digits[at];
                int exponent = frames.exponents[at];
                double number;
                if (Math.abs(digits) <= EXACT_DOUBLE && Math.abs(exponent) <= EXACT_SCALE) {
                    number = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
                } else {
                    number = Double.parseDouble(string(frames, at));
                }
                return finite(frames, at, number);
            }
            case Frames.BIG -> {
                return finite(frames, at, Double.parseDouble(string(frames, at)));
            }
            case Frames.STRING -> {
                return scalar(frames, at, Kind.FLOAT8, "a number");
            }
            default -> {
                return fail(shown(frames, at) + " is not a number");
            }
        }
    }

    private boolean finite(Frames frames, int at, double number) {
        value = Double.doubleToRawLongBits(number);
        return (!Double.isInfinite(number)
                        && (number != 0
                                || frames.digits[at] == 0
                                || frames.kinds[at] == Frames.BIG))
                || fail(shown(frames, at) + " is beyond double precision");
    }

    /// The bits of a float. A double is rounded once more only where that cannot change the result:
    /// away from the middle between two floats.
    private boolean single(Frames frames, int at) {
        if (frames.kinds[at] == Frames.STRING) {
            return scalar(frames, at, Kind.FLOAT4, "a number");
        }
        if (frames.kinds[at] == Frames.NUMBER) {
            long digits = frames.digits[at];
            int exponent = frames.exponents[at];
            if (digits == 0) {
                value = 0;
                return true;
            }
            if (exponent <= 0 && exponent >= -EXACT_SCALE) {
                double near = digits / POWERS[-exponent];
                long rest = Double.doubleToRawLongBits(near) & 0x1fffffffL;
                double size = Math.abs(near);
                if (Math.abs(rest - 0x10000000L) > 16 && size > 1e-30 && size < 1e30) {
                    value = Float.floatToRawIntBits((float) near);
                    return true;
                }
            }
        }
        if (frames.kinds[at] != Frames.NUMBER && frames.kinds[at] != Frames.BIG) {
            return fail(shown(frames, at) + " is not a number");
        }
        float number = Float.parseFloat(string(frames, at));
        value = Float.floatToRawIntBits(number);
        return (!Float.isInfinite(number) && number != 0)
                || fail(shown(frames, at) + " is beyond real");
    }

    private boolean numeric(Frames frames, int at, RowBuffer out) {
        byte kind = frames.kinds[at];
        if (kind != Frames.NUMBER && kind != Frames.BIG && kind != Frames.STRING) {
            return fail(shown(frames, at) + " is not a number");
        }
        BigDecimal number;
        try {
            number = new BigDecimal(string(frames, at).strip());
        } catch (NumberFormatException e) {
            return fail(shown(frames, at) + " is not a number");
        }
        if (number.scale() > MAX_NUMERIC_SCALE
                || number.precision() - (long) number.scale() > MAX_NUMERIC_DIGITS) {
            return fail(shown(frames, at) + " is beyond numeric");
        }
        NumericText.put(number, out);
        return true;
    }

    private boolean bool(Frames frames, int at) {
        switch (frames.kinds[at]) {
            case Frames.TRUE -> value = 1;
            case Frames.FALSE -> value = 0;
            case Frames.STRING -> {
                return scalar(frames, at, Kind.BOOLEAN, "true or false");
            }
            case Frames.NUMBER -> {
                value = frames.digits[at];
                if (frames.exponents[at] != 0 || (value != 0 && value != 1)) {
                    return fail(shown(frames, at) + " is not true or false");
                }
            }
            default -> {
                return fail(shown(frames, at) + " is not true or false");
            }
        }
        return true;
    }

    /// A text that stands for a value of a type, as PostgreSQL reads it.
    private boolean scalar(Frames frames, int at, Kind kind, String expected) {
        if (frames.kinds[at] == Frames.STRING
                && scalars.read(kind, tokens.bytes, frames.froms[at], frames.tos[at])
                        == ScalarReader.Reading.SOUND) {
            value = scalars.value();
            low = scalars.low();
            return true;
        }
        return fail(shown(frames, at) + " is not " + expected);
    }

    private boolean compare(
            Frames own, int row, ColumnPlan column, CompareSource compare, RowBuffer out) {
        var first = present(own, row, new Slot[] {compare.first()});
        var second = present(own, row, new Slot[] {compare.second()});
        if (first == null || second == null) {
            return absent(column, out);
        }
        if (!decimal(frames(own, first), place(own, row, first))) {
            return false;
        }
        double from = Double.longBitsToDouble(value);
        if (!decimal(frames(own, second), place(own, row, second))) {
            return false;
        }
        double to = Double.longBitsToDouble(value);
        if (from == to) {
            return absent(column, out);
        }
        byte[] word = to < from ? compare.less() : compare.more();
        out.put(word, 0, word.length);
        return true;
    }

    private boolean lookup(
            Frames own, int row, ColumnPlan column, LookupSource source, RowBuffer out) {
        var texts = new ArrayList<String>(source.key().length);
        for (var part : source.key()) {
            var slot = present(own, row, part.slots());
            if (slot != null) {
                var frames = frames(own, slot);
                int at = place(own, row, slot);
                if (frames.flaws[at] != Tokens.SOUND) {
                    return flaw(frames.flaws[at]);
                }
                String text = string(frames, at);
                texts.add(mapped(part, text));
            } else if (part.absent() != null) {
                texts.add(part.absent());
            } else {
                return absent(column, out);
            }
        }
        var key = new LookupTexts(source.lookup(), texts);
        if (!lookups.knows(key)) {
            missing.add(key);
            return integer(0, column, out);
        }
        var found = lookups.id(key);
        return found.isPresent() ? integer(found.getAsLong(), column, out) : absent(column, out);
    }

    private static String mapped(KeyPart part, String text) {
        return part.map().getOrDefault(text, text);
    }

    /// Whether the field's reading suits the kind of its column.
    static boolean suits(Reading reading, Kind kind) {
        return switch (reading) {
            case COLUMN -> kind != Kind.OTHER && kind != Kind.BYTEA;
            case JSON -> kind == Kind.JSON || kind == Kind.JSONB || kind == Kind.TEXT;
            case UTC_MILLIS, UTC_SECONDS ->
                    kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMPTZ || kind == Kind.DATE;
            case WEEKDAY -> kind == Kind.INT2 || kind == Kind.INT4 || kind == Kind.INT8;
        };
    }
}

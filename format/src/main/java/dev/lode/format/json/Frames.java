package dev.lode.format.json;

import java.util.Arrays;

/// The values of the fields that a mapping wants, as they were read: for each row a frame of slots.
/// The fields are open to the package, as those of [Tokens] are. Not thread safe.
final class Frames {
    static final byte ABSENT = 0;
    static final byte NULL = 1;
    static final byte TRUE = 2;
    static final byte FALSE = 3;
    static final byte NUMBER = 4;

    /// A number of more digits than fit.
    static final byte BIG = 5;

    static final byte STRING = 6;

    /// A string with escapes.
    static final byte ESCAPED = 7;

    /// An array or object.
    static final byte NESTED = 8;

    byte[] kinds = new byte[256];

    /// A flaw of a text, or of any text below, as [Tokens] numbers them.
    byte[] flaws = new byte[256];

    // Of a string: without its quotes.
    int[] froms = new int[256];
    int[] tos = new int[256];
    long[] digits = new long[256];
    int[] exponents = new int[256];
    private int size;

    // The rows, each after the one it belongs to.
    RowPlan[] plans = new RowPlan[64];
    int[] parents = new int[64];
    int[] positions = new int[64];
    int[] bases = new int[64];
    int rows;

    void clear() {
        size = 0;
        rows = 0;
    }

    /// Begins a row.
    ///
    /// @return its number
    int row(RowPlan plan, int parent, int position) {
        if (rows == plans.length) {
            int more = rows * 2;
            plans = Arrays.copyOf(plans, more);
            parents = Arrays.copyOf(parents, more);
            positions = Arrays.copyOf(positions, more);
            bases = Arrays.copyOf(bases, more);
        }
        plans[rows] = plan;
        parents[rows] = parent;
        positions[rows] = position;
        bases[rows] = frame(plan.slots);
        return rows++;
    }

    private int frame(int slots) {
        int base = size;
        size += slots;
        if (size > kinds.length) {
            int more = Math.max(size, kinds.length * 2);
            kinds = Arrays.copyOf(kinds, more);
            flaws = Arrays.copyOf(flaws, more);
            froms = Arrays.copyOf(froms, more);
            tos = Arrays.copyOf(tos, more);
            digits = Arrays.copyOf(digits, more);
            exponents = Arrays.copyOf(exponents, more);
        }
        for (int i = base; i < size; i++) {
            kinds[i] = ABSENT;
        }
        return base;
    }

    void copy(int from, int to) {
        kinds[to] = kinds[from];
        flaws[to] = flaws[from];
        froms[to] = froms[from];
        tos[to] = tos[from];
        digits[to] = digits[from];
        exponents[to] = exponents[from];
    }
}

package dev.lode.format.bzip2;

import java.util.Arrays;
import java.util.List;

/// What one thread decodes blocks with: all tables and arrays, kept from batch to batch. Not thread
/// safe.
final class BlockWorkshop {
    private static final int PIECE = 1 << 14;

    /// Length of blocks that are walked by themselves, since they stay in the cache and would only
    /// hold up others.
    private static final int SMALL = 1 << 16;

    private final PrefixCodes codes = new PrefixCodes();
    private final BlockHeader header = new BlockHeader();
    private final RunReader runs = new RunReader(codes);
    private final BitReader bits = new BitReader();
    private final InverseTransform transform = new InverseTransform();
    private final RunExpander expander = new RunExpander();
    private final BlockCrc crc = new BlockCrc();
    private final byte[] piece = new byte[PIECE];
    private final Loaded[] lanes;
    private byte[] input = new byte[0];

    /// @param lanes how many blocks are decoded in step
    BlockWorkshop(int lanes) {
        this.lanes = new Loaded[lanes];
    }

    /// A block in a lane.
    private record Loaded(Candidate candidate, long end, int crc, boolean randomised) {}

    /// Decodes a batch; every candidate that is still wanted gets its outcome, whatever happens.
    void decode(Lookahead lookahead, List<Candidate> batch) {
        try {
            transform.ensure(Math.min(batch.size(), lanes.length));
            int loaded = 0;
            for (var candidate : batch) {
                if (loaded == lanes.length) {
                    finish(lookahead, 0, loaded);
                    loaded = 0;
                }
                if (!candidate.dropped() && load(lookahead, candidate, loaded)) {
                    if (transform.length(loaded) <= SMALL) {
                        finish(lookahead, loaded, loaded + 1);
                    } else {
                        loaded++;
                    }
                }
            }
            finish(lookahead, 0, loaded);
        } catch (RuntimeException | Error e) {
            // Ours to hand on, not to handle: the consumer waits for these outcomes and throws
            // them.
            batch.forEach(candidate -> lookahead.finish(candidate, new Outcome.Crashed(e)));
        }
    }

    private void finish(Lookahead lookahead, int from, int to) {
        transform.walk(from, to);
        for (int lane = from; lane < to; lane++) {
            lookahead.finish(lanes[lane].candidate(), check(lane, lanes[lane]));
        }
    }

    /// Brings a candidate into a lane; when that is not possible, gives it its outcome and returns
    /// false.
    private boolean load(Lookahead lookahead, Candidate candidate, int lane) {
        int wanted = candidate.wanted();
        while (true) {
            if (input.length < wanted + BitReader.PADDING) {
                input = new byte[Math.max(2 * input.length, wanted + BitReader.PADDING)];
            }
            int got = lookahead.copy(candidate, wanted, input);
            try {
                lanes[lane] = read(candidate, got, lane);
                return true;
            } catch (BlockFault fault) {
                if (!fault.isExhausted()) {
                    lookahead.finish(candidate, new Outcome.Broken(fault.what()));
                    return false;
                }
                if (got < wanted || got >= Bzip2Format.MAX_STORED_BLOCK) {
                    lookahead.finish(candidate, new Outcome.CutOff(got));
                    return false;
                }
                wanted = Math.min(2 * wanted, Bzip2Format.MAX_STORED_BLOCK);
            }
        }
    }

    private Loaded read(Candidate candidate, int bytes, int lane) throws BlockFault {
        int first = (int) (candidate.bit() & 7);
        bits.begin(input, first, bytes * 8);
        header.read(bits, codes);
        int count = runs.read(bits, header, transform.runs());
        transform.load(lane, count, header.origin());
        return new Loaded(
                candidate, candidate.bit() - first + runs.end(), header.crc(), header.randomised());
    }

    /// Undoes what remains to be undone, only to compare checksums: the expanded bytes are made
    /// again when they are read, since they may be fifty times as many.
    private Outcome check(int lane, Loaded block) {
        int start = InverseTransform.start(lane);
        byte[] data = Arrays.copyOfRange(transform.output(), start, start + transform.length(lane));
        if (block.randomised()) {
            Derandomiser.apply(data, 0, data.length);
        }
        expander.begin(data, 0, data.length);
        crc.reset();
        int length = 0;
        for (int n = expander.expand(piece, 0, PIECE);
                n > 0;
                n = expander.expand(piece, 0, PIECE)) {
            crc.consume(piece, n);
            length += n;
        }
        if (expander.incomplete()) {
            return new Outcome.Broken("a block that ends in a run without its length");
        }
        if (crc.value() != block.crc()) {
            return new Outcome.Broken(
                    String.format(
                            "a block with checksum %08x, expected %08x", crc.value(), block.crc()));
        }
        return new Outcome.Block(data, length, block.end(), block.crc());
    }
}

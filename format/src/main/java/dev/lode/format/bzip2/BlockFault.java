package dev.lode.format.bzip2;

/// Why bits are no block. Raised for every false candidate, so it carries no stack trace.
final class BlockFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean exhausted;

    private BlockFault(String message, boolean exhausted) {
        super(message, null, false, false);
        this.exhausted = exhausted;
    }

    /// The bits given end before the block does: with more of them it may be one.
    static BlockFault exhausted() {
        return new BlockFault("the bits end inside the block", true);
    }

    /// No block begins like this, whatever follows.
    static BlockFault broken(String what) {
        return new BlockFault(what, false);
    }

    boolean isExhausted() {
        return exhausted;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}

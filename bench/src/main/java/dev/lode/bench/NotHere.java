package dev.lode.bench;

/// This machine lacks what a benchmark needs: it is skipped, with the message as its reason.
public final class NotHere extends Exception {
    private static final long serialVersionUID = 1L;

    public NotHere(String what) {
        super(what, null, false, false);
    }

    /// The reason, as part of a sentence.
    public String what() {
        return String.valueOf(getMessage());
    }
}

package dev.lode.format.json;

import java.io.Serial;

/// A document that is not JSON, or beyond a limit, from here on. Carries no stack trace.
final class JsonDamage extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final int at;

    JsonDamage(int at, String finding) {
        super(finding, null, false, false);
        this.at = at;
    }

    /// Offset in the document.
    int at() {
        return at;
    }
}

package dev.lode.demo.corpus;

/// Writes JSON for people: two spaces, a line per key. Enough for the expectations file. Not thread
/// safe.
final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private int depth;
    private boolean first = true;

    JsonText open(char bracket) {
        out.append(bracket);
        depth++;
        first = true;
        return this;
    }

    JsonText close(char bracket) {
        depth--;
        if (!first) {
            line();
        }
        out.append(bracket);
        first = false;
        return this;
    }

    JsonText key(String key) {
        element();
        quoted(key);
        out.append(": ");
        return this;
    }

    /// Begins an element of a list.
    JsonText element() {
        if (!first) {
            out.append(',');
        }
        first = false;
        line();
        return this;
    }

    JsonText value(String text) {
        quoted(text);
        return this;
    }

    JsonText value(long number) {
        out.append(number);
        return this;
    }

    private void line() {
        out.append('\n').append("  ".repeat(depth));
    }

    private void quoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out + "\n";
    }
}

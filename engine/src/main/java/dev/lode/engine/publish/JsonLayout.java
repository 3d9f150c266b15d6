package dev.lode.engine.publish;

import java.util.Arrays;

/// Lays JSON out anew without reading its values: with an indent as `json.dumps(indent=2,
/// ensure_ascii=False)` of Python does, or without any blanks. Whatever stands inside of texts
/// stays as it is. Not thread safe; to be used again.
public final class JsonLayout {
    private final int indent;
    private byte[] out = new byte[8 << 10];
    private int length;

    /// @param indent blanks of a level; 0 for one line without blanks
    public JsonLayout(int indent) {
        this.indent = indent;
    }

    /// @param json one valid document in UTF-8
    public byte[] lay(byte[] json) {
        length = 0;
        int depth = 0;
        int at = 0;
        while (at < json.length) {
            byte b = json[at];
            switch (b) {
                case '"' -> {
                    int end = endOfText(json, at);
                    add(json, at, end - at);
                    at = end;
                    continue;
                }
                case '{', '[' -> {
                    add(b);
                    int next = behindBlanks(json, at + 1);
                    if (next < json.length && (json[next] == '}' || json[next] == ']')) {
                        add(json[next]);
                        at = next;
                    } else {
                        depth++;
                        line(depth);
                    }
                }
                case '}', ']' -> {
                    depth--;
                    line(depth);
                    add(b);
                }
                case ',' -> {
                    add(b);
                    line(depth);
                }
                case ':' -> {
                    add(b);
                    if (indent > 0) {
                        add((byte) ' ');
                    }
                }
                case ' ', '\n', '\r', '\t' -> {
                    // Where blanks stand is decided here.
                }
                default -> add(b);
            }
            at++;
        }
        return Arrays.copyOf(out, length);
    }

    private static int endOfText(byte[] json, int start) {
        int at = start + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int behindBlanks(byte[] json, int start) {
        int at = start;
        while (at < json.length
                && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }

    private void line(int depth) {
        if (indent == 0) {
            return;
        }
        int blanks = depth * indent;
        room(blanks + 1);
        out[length++] = '\n';
        Arrays.fill(out, length, length + blanks, (byte) ' ');
        length += blanks;
    }

    private void add(byte b) {
        room(1);
        out[length++] = b;
    }

    private void add(byte[] from, int offset, int count) {
        room(count);
        System.arraycopy(from, offset, out, length, count);
        length += count;
    }

    private void room(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }
}

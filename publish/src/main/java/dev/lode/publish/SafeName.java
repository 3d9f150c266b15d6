package dev.lode.publish;

import java.nio.charset.StandardCharsets;

/// Names of files made of values from the data, so that no value can name another folder, nothing
/// hidden, and no two values the same file, not even where upper and lower case are one. Lower-case
/// letters, digits, `-`, `_` and, but for the first place, `.` stand for themselves; every other
/// byte of the value's UTF-8 is `~` and two hexadecimal digits. `~` needs no escape in a web
/// address.
public final class SafeName {
    private SafeName() {}

    /// The name for a value.
    public static String of(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!isPlain(value.charAt(i), i)) {
                return escaped(value.getBytes(StandardCharsets.UTF_8));
            }
        }
        return value;
    }

    private static String escaped(byte[] value) {
        var name = new StringBuilder(value.length * 2);
        for (int i = 0; i < value.length; i++) {
            char c = (char) (value[i] & 0xFF);
            if (isPlain(c, i)) {
                name.append(c);
            } else {
                name.append('~')
                        .append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
            }
        }
        return name.toString();
    }

    private static boolean isPlain(char c, int place) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || (c == '.' && place > 0);
    }
}

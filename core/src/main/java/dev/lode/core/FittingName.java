package dev.lode.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Names of files made from names of files. File systems take 255 bytes between two slashes; a name
/// that something is put behind keeps its beginning and gets a digest in place of what is left out,
/// so that two names stay two.
public final class FittingName {
    private static final int MOST = 255;
    private static final int DIGEST = 8;

    /// Endings that are longer, in characters, are no endings.
    private static final int LONGEST_ENDING = 64;

    private FittingName() {}

    /// `key` with `ending` behind it, for example `in/a.json` and `.error.json`.
    ///
    /// @param key names with slashes between them, or one name
    /// @param ending at most 64 characters of ASCII
    public static String of(String key, String ending) {
        int begin = key.lastIndexOf('/') + 1;
        String name = key.substring(begin);
        int room = MOST - bytes(ending);
        return bytes(name) <= room
                ? key + ending
                : key.substring(0, begin) + shortened(name, room) + ending;
    }

    /// `key` with a mark before the endings of its last name: `in/a.json.gz` and `~2` make
    /// `in/a~2.json.gz`.
    ///
    /// @param mark at most 32 characters of ASCII
    public static String marked(String key, String mark) {
        int dot = key.indexOf('.', key.lastIndexOf('/') + 2);
        return dot < 0 || bytes(key.substring(dot)) > LONGEST_ENDING
                ? of(key, mark)
                : of(key.substring(0, dot), mark + key.substring(dot));
    }

    private static String shortened(String name, int room) {
        String digest = "~" + digest(name);
        int end = 0;
        int used = digest.length();
        while (end < name.length()) {
            int next = name.offsetByCodePoints(end, 1);
            used += bytes(name.substring(end, next));
            if (used > room) {
                break;
            }
            end = next;
        }
        return name.substring(0, end) + digest;
    }

    private static String digest(String name) {
        try {
            byte[] all =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, DIGEST);
        } catch (NoSuchAlgorithmException e) {
            throw LodeException.bug("this JDK has no SHA-256", e);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

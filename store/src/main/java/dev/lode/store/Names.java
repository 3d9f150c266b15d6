package dev.lode.store;

import dev.lode.core.LodeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Names from outside that become files and folders.
final class Names {
    private static final Pattern DATASET = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int LONGEST_PART = 255;

    private Names() {}

    static String requireDataset(String name) {
        if (!DATASET.matcher(name).matches()) {
            throw LodeException.usage(
                    "dataset \"" + name
                            + "\": not a name, expected a-z, 0-9, _ and -, at most 63; nothing was done;"
                            + " name it as its pack does");
        }
        return name;
    }

    static boolean isRun(String name) {
        return RUN.matcher(name).matches() && !name.endsWith(".lock");
    }

    static void requireRun(String name) {
        if (!isRun(name)) {
            throw LodeException.bug(
                    "run \"" + name + "\": not a name, expected letters, digits, '.', '_', '-'", null);
        }
    }

    /// Where a file of a snapshot lies: below the snapshot's folder, whatever its source calls it.
    static Path below(Path folder, String name) {
        Path path = folder;
        for (String part : name.split("/", -1)) {
            if (!isPart(part)) {
                throw refused(folder, name);
            }
            path = path.resolve(part);
        }
        if (path.equals(folder.resolve(DownloadManifest.FILE_NAME))) {
            throw refused(folder, name);
        }
        return path;
    }

    private static boolean isPart(String part) {
        return !part.isEmpty()
                && !part.equals(".")
                && !part.equals("..")
                && part.indexOf('\\') < 0
                && part.chars().noneMatch(Character::isISOControl)
                && part.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PART;
    }

    private static LodeException refused(Path folder, String name) {
        String shown = name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return LodeException.data(
                "item \"" + shown + "\": not a name that may become a file below \"" + folder
                        + "\" (parts of 1 to " + LONGEST_PART + " bytes, none \"..\", no control"
                        + " characters, not the manifest's own name); it was left out; rename it at"
                        + " its source");
    }
}

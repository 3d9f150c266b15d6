package dev.lode.publish;

import dev.lode.core.LodeException;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.util.Locale;

/// Which generation is the latest: `latest.json`, replaced in one step. Everything that it leads to
/// never changes, so that who has read it once never sees a mixture of two generations.
///
/// @param generation its number
/// @param manifestSha256 of the manifest's bytes, in hexadecimal
public record Pointer(long generation, String manifestSha256) {
    /// The name of the file.
    public static final String FILE = "latest.json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The digest of a manifest's bytes, as pointers have it.
    public static String digest(byte[] manifest) {
        return Manifest.sha256(manifest);
    }

    /// The folder of a generation, below the publication's.
    public static String folderOf(long generation) {
        return String.format(Locale.ROOT, "generations/%06d", generation);
    }

    /// Where the manifest is, below the publication's folder.
    public String manifestPath() {
        return folderOf(generation) + "/" + Manifest.FILE;
    }

    /// The text of the file.
    public String json() {
        return JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(
                                JSON.createObjectNode()
                                        .put("version", 1)
                                        .put("generation", generation)
                                        .put("manifest", manifestPath())
                                        .put("manifest_sha256", manifestSha256))
                + "\n";
    }

    /// Reads the text of a file.
    ///
    /// @throws LodeException of kind DATA when it is none
    public static Pointer parse(String place, String text) {
        try {
            var root = JSON.readTree(text);
            return new Pointer(
                    root.required("generation").asLong(),
                    root.required("manifest_sha256").asString());
        } catch (JacksonException e) {
            throw nowhere(place, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw nowhere(place, "expected \"generation\" and \"manifest_sha256\" in it", e);
        }
    }

    private static LodeException nowhere(String place, String why, Exception e) {
        return LodeException.data("\"" + place + "\": points nowhere: " + why, e);
    }
}

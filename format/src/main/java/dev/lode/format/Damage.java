package dev.lode.format;

import dev.lode.core.ByteSource;
import dev.lode.core.LodeException;

/// The sentences about stored bytes that cannot be decoded: all of kind DATA, all with the place
/// and with what may be trusted.
public final class Damage {
    private Damage() {}

    /// Something else was found than what a sound file holds.
    ///
    /// @param storedByte offset of what was found
    /// @param verified how many bytes from the content's beginning on were verified by checksums
    /// @param found the finding, beginning with a verb
    public static LodeException at(
            ByteSource source, long storedByte, long verified, String found) {
        return LodeException.data(sentence(source, storedByte, verified, found));
    }

    /// As [#at(ByteSource,long,long,String)], with the decoding library's own error.
    public static LodeException at(
            ByteSource source, long storedByte, long verified, String found, Throwable cause) {
        return LodeException.data(sentence(source, storedByte, verified, found), cause);
    }

    /// The stored bytes end too early.
    ///
    /// @param storedByte offset of what had begun and did not end
    /// @param inside what the bytes ended in, such as `a block of bzip2 stream 2`
    public static LodeException truncated(
            ByteSource source, long storedByte, long verified, String inside) {
        return LodeException.data(
                source.name()
                        + ": ends after "
                        + source.size()
                        + " bytes inside "
                        + inside
                        + " that begins at byte "
                        + storedByte
                        + ": the file was cut short"
                        + remedy(verified));
    }

    /// The content, or the file, is shorter than it was when a resume point was taken.
    ///
    /// @param found what was found, such as `42 decoded bytes`
    static LodeException notTheSame(ByteSource source, String found, long wanted) {
        return LodeException.data(
                source.name()
                        + ": holds "
                        + found
                        + ", expected to go on at byte "
                        + wanted
                        + ": this is not the file that was read before; nothing was read; load it"
                        + " as a new one");
    }

    /// The content is shorter than it was when a resume point was taken.
    public static LodeException beforeResumePoint(ByteSource source, long decoded, long wanted) {
        return notTheSame(source, decoded + " decoded bytes", wanted);
    }

    private static String sentence(
            ByteSource source, long storedByte, long verified, String found) {
        return source.name()
                + ": damaged at byte "
                + storedByte
                + " of "
                + source.size()
                + ": "
                + found
                + remedy(verified);
    }

    private static String remedy(long verified) {
        return "; stopped; the first "
                + verified
                + " decoded bytes are verified; fetch the file again";
    }
}

package dev.lode.demo.corpus;

/// Hears how far the generator is. Called on the thread that called the generator, about once a
/// megabyte.
@FunctionalInterface
public interface CorpusProgress {
    /// @param file the file that grows
    /// @param decodedBytes of all files so far, before compression
    /// @param expectedBytes of all files; an estimate
    void wrote(String file, long decodedBytes, long expectedBytes);

    /// For those who do not want to know.
    static CorpusProgress none() {
        return (file, decodedBytes, expectedBytes) -> {};
    }
}

package dev.lode.format.csv;

/// Takes COPY data on its way to the server.
@FunctionalInterface
public interface CopySink {
    /// Takes the next bytes of the stream. The array is used again after the call returns.
    ///
    /// Errors are unchecked, so that an encoder needs to know nothing of databases; what is thrown
    /// here goes through the encoder unchanged.
    void write(byte[] bytes, int offset, int length);
}

package dev.lode.postgres.document;

import dev.lode.format.json.EncodedDocument;

import java.util.HashMap;
import java.util.Map;

/// A file on its way into the tables. Belongs to one thread.
final class Attempt {
    private final HeldFile file;
    private final long line;
    private long fileId;
    private EncodedDocument encoded;

    /// Records that the server refused, by ordinal.
    private final Map<Integer, String> refused = new HashMap<>();

    Attempt(HeldFile file, long line, long fileId, EncodedDocument encoded) {
        this.file = file;
        this.line = line;
        this.fileId = fileId;
        this.encoded = encoded;
    }

    HeldFile file() {
        return file;
    }

    /// Number of its line in the ledger: no other attempt has it.
    long line() {
        return line;
    }

    long fileId() {
        return fileId;
    }

    EncodedDocument encoded() {
        return encoded;
    }

    Map<Integer, String> refused() {
        return refused;
    }

    void encodedAgain(long newFileId, EncodedDocument again) {
        fileId = newFileId;
        encoded = again;
    }

    FileCounts counts() {
        return new FileCounts(
                encoded.read(), encoded.loaded(), encoded.rejects().size(), encoded.rows());
    }
}

package dev.lode.engine.document;

import dev.lode.core.ContentHasher;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.document.DocumentLimits;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.format.Compression;
import dev.lode.format.Decoders;
import dev.lode.format.ResumePoint;
import dev.lode.postgres.document.DocumentSession;
import dev.lode.postgres.document.FileResult;
import dev.lode.postgres.document.HeldFile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Loads files of a pack's documents. Belongs to one thread, like its session.
public final class DocumentLoader {
    /// What the encoder wants behind a document, so that it need not copy it.
    private static final int PADDING = 64;

    private final DocumentLimits limits;
    private final Decoders decoders;
    private final DocumentSession session;

    /// @param decoders stay the caller's, as the session does
    public DocumentLoader(Pack pack, Decoders decoders, DocumentSession session) {
        this(
                pack.documents().map(DocumentSpec::limits).orElse(DocumentLimits.DEFAULT),
                decoders,
                session);
    }

    /// @param limits of documents
    public DocumentLoader(DocumentLimits limits, Decoders decoders, DocumentSession session) {
        this.limits = limits;
        this.decoders = decoders;
        this.session = session;
    }

    /// Loads files in one transaction.
    ///
    /// @return a result for each file, in their order
    /// @throws LodeException when no file is to blame; see the package
    public List<FileResult> load(List<IncomingFile> files) throws InterruptedException {
        var held = new ArrayList<HeldFile>();
        var results = new ArrayList<Optional<FileResult>>();
        for (var file : files) {
            try {
                held.add(hold(file));
                results.add(Optional.empty());
            } catch (LodeException e) {
                results.add(Optional.of(failed(file, e)));
            }
        }
        var loaded = held.isEmpty() ? List.<FileResult>of() : session.load(held);
        var next = loaded.iterator();
        return results.stream().map(result -> result.orElseGet(next::next)).toList();
    }

    /// Replaces the rows that the same content gave, by those that the mapping gives now; loads a
    /// content that was never loaded.
    public FileResult reprocess(IncomingFile file) throws InterruptedException {
        try {
            return session.reprocess(hold(file));
        } catch (LodeException e) {
            if (e.kind() == ErrorKind.DATA) {
                return failed(file, e);
            }
            throw e;
        }
    }

    private static FileResult failed(IncomingFile file, LodeException e) {
        return new FileResult.Failed(file.name(), e.kind(), String.valueOf(e.getMessage()));
    }

    private HeldFile hold(IncomingFile file) {
        var hasher = new ContentHasher();
        hasher.update(file.bytes(), 0, file.bytes().length);
        var content = hasher.finish();
        var compression = compression(file.bytes());
        if (compression == Compression.NONE) {
            return new HeldFile(
                    file.name(), file.bytes().length, content, file.bytes(), file.bytes().length);
        }
        var source = new HeldBytes(file.name(), file.bytes());
        long most = limits.document().bytes();
        byte[] bytes = new byte[Math.max(1 << 16, file.bytes().length * 4)];
        int length = 0;
        try (var decoder = decoders.open(source, compression, ResumePoint.START)) {
            while (true) {
                int read = decoder.read(bytes, length, bytes.length - PADDING - length);
                if (read < 0) {
                    return new HeldFile(file.name(), file.bytes().length, content, bytes, length);
                }
                length += read;
                if (length > most) {
                    throw LodeException.data(
                            file.name()
                                    + ": is more than "
                                    + limits.document()
                                    + " long when it is decompressed; not loaded; raise"
                                    + " documents.limits.document of the pack if it is sound");
                }
                if (bytes.length - length <= PADDING) {
                    bytes = Arrays.copyOf(bytes, bytes.length * 2);
                }
            }
        } catch (IOException e) {
            throw LodeException.bug(file.name() + ": bytes in memory cannot be read", e);
        }
    }

    /// By the first bytes, with which no JSON begins: names lie.
    private static Compression compression(byte[] bytes) {
        if (begins(bytes, 0x1f, 0x8b)) {
            return Compression.GZIP;
        }
        if (begins(bytes, 0x28, 0xb5, 0x2f, 0xfd)) {
            return Compression.ZSTD;
        }
        return begins(bytes, 'B', 'Z', 'h') ? Compression.BZIP2 : Compression.NONE;
    }

    private static boolean begins(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}

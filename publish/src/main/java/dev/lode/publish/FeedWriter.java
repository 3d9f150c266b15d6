package dev.lode.publish;

import dev.lode.publish.archive.GzipLines;
import dev.lode.publish.archive.Step;
import dev.lode.publish.archive.StepListener;
import dev.lode.store.Disk;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/// Writes one partition's part of a change feed while its archive is built. The lines:
/// - `{"op":"upsert","partition":P,"key":K,"content":TEXT}`: the item is this now; its content is
///   the exact text, or `content_base64` where it is no UTF-8;
/// - `{"op":"delete","partition":P,"key":K}`: it is gone;
/// - `{"op":"reset","partition":P}`: all of that partition is gone, and comes again in upserts.
final class FeedWriter implements StepListener, Closeable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private final String partition;
    private final Disk disk;
    private final Path file;
    private @Nullable GzipLines lines;
    private long upserts;
    private long deletes;

    FeedWriter(String partition, Disk disk, Path file) {
        this.partition = partition;
        this.disk = disk;
        this.file = file;
    }

    /// A partition's part of a feed.
    record Piece(GzipLines.Piece lines, long upserts, long deletes) {}

    void reset() throws IOException {
        add(line("reset"));
    }

    @Override
    public void on(Step step) throws IOException {
        switch (step) {
            case Step.Put put when put.news() == Step.News.UNCHANGED -> {
                // Who follows has it.
            }
            case Step.Put(var item, _, _) -> {
                var line = line("upsert").put("key", item.key());
                addContent(line, item.content());
                add(line);
                upserts++;
            }
            case Step.Gone(var key) -> {
                add(line("delete").put("key", key));
                deletes++;
            }
        }
    }

    private static void addContent(ObjectNode line, byte[] content) {
        try {
            line.put(
                    "content",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException _) {
            line.put("content_base64", Base64.getEncoder().encodeToString(content));
        }
    }

    private ObjectNode line(String operation) {
        return JSON.createObjectNode().put("op", operation).put("partition", partition);
    }

    private void add(ObjectNode line) throws IOException {
        var open = lines;
        if (open == null) {
            open = GzipLines.piece(disk, file);
            lines = open;
        }
        open.add(JSON.writeValueAsBytes(line));
    }

    /// What was written; nothing when there was nothing to say.
    Optional<Piece> finish() throws IOException {
        var open = lines;
        return open == null
                ? Optional.empty()
                : Optional.of(new Piece(open.endPiece(), upserts, deletes));
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}

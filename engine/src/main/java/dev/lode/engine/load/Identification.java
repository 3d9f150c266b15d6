package dev.lode.engine.load;

import dev.lode.core.ContentHasher;
import dev.lode.core.ContentId;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.ledger.ChunkDigests;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.load.LoadSession;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Finds out whether the bytes of an item whose content is not known are in the table already, at
/// the least cost: by its fingerprint nothing is read; an item of the same size whose first 8 MiB
/// are the same too is read whole before a row of it is loaded.
final class Identification {
    /// Reading less than this, in bytes, is over before a line about it is read.
    private static final long WORTH_TELLING = 64L << 20;

    private final LoadSession session;
    private final RunListener listener;

    Identification(LoadSession session, RunListener listener) {
        this.session = session;
        this.listener = listener;
    }

    /// The same tasks, each that may be an item that is in its table already with its content: so
    /// that nobody's services stop and nobody's indexes go for a file that was copied or touched.
    /// One that cannot be read stays as it is, and fails in its turn without the others.
    ///
    /// @throws InterruptedException when the run is to stop
    List<ItemTask> ahead(List<ItemTask> tasks) throws InterruptedException {
        var applied = session.applied(tasks.stream().map(ItemTask::key).toList());
        var ahead = new ArrayList<ItemTask>(tasks.size());
        for (var task : tasks) {
            if (applied.contains(task.key())) {
                ahead.add(task);
                continue;
            }
            try {
                var content = of(task).key().content();
                ahead.add(content.isPresent() ? task.withContent(content.get()) : task);
            } catch (LodeException e) {
                Stop.ifAsked(e);
                ahead.add(task);
            }
        }
        return ahead;
    }

    /// The task, with its content where that had to be found out.
    ///
    /// @throws LodeException of kind RESOURCE when it cannot be read
    ItemTask of(ItemTask task) {
        if (task.key().content().isPresent()) {
            return task;
        }
        var lookalikes = session.lookalikes(task.key());
        if (lookalikes.heads().isEmpty()) {
            return task;
        }
        try {
            var head = HeadBytes.read(task.bytes());
            if (!lookalikes.mayBe(head.digest())) {
                return task.withBytes(head);
            }
            if (task.bytes().size() >= WORTH_TELLING) {
                listener.on(
                        new RunEvent.Note(
                                false,
                                task.key().name()
                                        + ": has the size and the first bytes of a file that was"
                                        + " applied before; reading it once to see whether it is"
                                        + " the same"));
            }
            return task.withContent(whole(task, head));
        } catch (IOException e) {
            throw unreadable(task, e);
        }
    }

    private ContentId whole(ItemTask task, HeadBytes head) throws IOException {
        var hasher = new ContentHasher();
        byte[] buffer = new byte[1 << 16];
        try (var in = head.open(0)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                hasher.update(buffer, 0, count);
            }
        }
        var chunks = hasher.finishedChunks();
        var content = hasher.finish();
        var all = chunks.isEmpty() && task.bytes().size() > 0 ? List.of(head.digest()) : chunks;
        session.recognise(task.key().withContent(content), all);
        return content;
    }

    /// The task as it is loaded from its start, its first chunk recorded in the ledger.
    ItemTask begun(ItemTask task, ItemRow item) {
        try {
            var head = HeadBytes.read(task.bytes());
            session.addChunks(item, new ChunkDigests(0, List.of(head.digest())));
            return task.withBytes(head);
        } catch (IOException e) {
            throw unreadable(task, e);
        }
    }

    private static LodeException unreadable(ItemTask task, IOException e) {
        return LodeException.resource(
                task.key().name()
                        + ": cannot be read ("
                        + e.getMessage()
                        + "); nothing of it was loaded; run the same command again",
                e);
    }
}

package dev.lode.engine.budget;

import dev.lode.core.Count;
import dev.lode.core.ErrorKind;
import dev.lode.core.FileBytes;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.engine.fetch.FetchReport;
import dev.lode.engine.load.ItemSupply;
import dev.lode.engine.load.ItemTask;
import dev.lode.source.Item;
import dev.lode.store.DiskTrouble;
import dev.lode.store.ManifestEntry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Stages items one after another in the order in which they are loaded, as many at once as the
/// budget has room for, and frees each when its rows are durable; the next one is fetched while one
/// is loaded. Items that are not to be staged pass.
///
/// Why nobody waits for ever: items are staged in an order in which none waits for a later one. So
/// when there is no room, what holds it is loaded sooner or later; an item that would have to wait
/// for a later one to give up its room is streamed instead.
final class StagedSupply implements ItemSupply, AutoCloseable {
    /// Fetches items into the store.
    interface Fetch {
        FetchReport of(List<Item> items) throws InterruptedException;

        /// Removes what unfinished fetches left of them.
        void forget(List<String> names);
    }

    private enum State {
        WAITING,
        FETCHING,
        READY,
        STREAMED,
        FAILED,
        /// Loaded, dismissed, or given up.
        OVER,
        /// Given up, the file on its way out.
        GOING
    }

    private static final class Slot {
        private final RemotePart part;
        private State state = State.WAITING;
        private boolean holdsRoom;
        private @Nullable ManifestEntry entry;
        private @Nullable LodeException error;

        Slot(RemotePart part) {
            this.part = part;
        }

        String name() {
            return part.item().name();
        }

        long size() {
            return part.item().size();
        }
    }

    private final DiskPlan plan;
    private final StoredFiles store;
    private final Fetch fetch;
    private final RunListener listener;
    private final Map<String, Slot> slots = new HashMap<>();
    private final List<Slot> order = new ArrayList<>();
    private @Nullable Thread stager;

    StagedSupply(DiskPlan plan, StoredFiles store, Fetch fetch, RunListener listener) {
        this.plan = plan;
        this.store = store;
        this.fetch = fetch;
        this.listener = listener;
    }

    @Override
    public synchronized void begin(List<ItemTask> sequence) {
        var staged = new HashMap<String, DiskPlan.Choice>();
        plan.choices().stream()
                .filter(choice -> choice.way() == Way.STAGE_AND_FREE)
                .forEach(choice -> staged.put(choice.part().item().name(), choice));
        for (var task : sequence) {
            var choice = staged.get(task.key().name());
            if (choice != null) {
                var slot = new Slot(choice.part());
                var present = store.present(choice.part());
                if (present.isPresent()) {
                    slot.entry = present.get();
                    slot.state = State.READY;
                    slot.holdsRoom = true;
                }
                slots.put(slot.name(), slot);
                order.add(slot);
            }
        }
        if (!order.isEmpty()) {
            var thread = Thread.ofPlatform().daemon().name("stage").unstarted(this::stageAll);
            stager = thread;
            thread.start();
        }
    }

    @Override
    public synchronized ItemTask ready(ItemTask task) throws InterruptedException {
        var slot = slots.get(task.key().name());
        if (slot == null) {
            return task;
        }
        while (slot.state == State.WAITING || slot.state == State.FETCHING) {
            wait();
        }
        if (slot.error != null) {
            throw slot.error;
        }
        var entry = slot.entry;
        if (slot.state != State.READY || entry == null) {
            return task;
        }
        try {
            return task.withFile(FileBytes.of(store.path(slot.name())), entry.contentId());
        } catch (IOException e) {
            throw DiskTrouble.of(store.path(slot.name()), "reading", e);
        }
    }

    @Override
    public synchronized boolean frees(ItemTask task) {
        var slot = slots.get(task.key().name());
        return slot != null && slot.state == State.READY;
    }

    @Override
    public void dismissed(ItemTask task) {
        over(task, true);
    }

    @Override
    public void loaded(ItemTask task) {
        over(task, true);
    }

    /// What failed may be wanted again soon: its file stays where the rest has room beside it.
    @Override
    public void failed(ItemTask task) {
        over(task, false);
    }

    private void over(ItemTask task, boolean applied) {
        Slot slot;
        synchronized (this) {
            slot = slots.get(task.key().name());
            if (slot == null || slot.state == State.OVER) {
                return;
            }
            boolean goes = slot.state == State.READY && (applied || !restFitsBeside(slot));
            slot.state = goes ? State.GOING : State.OVER;
            notifyAll();
            if (!goes) {
                return;
            }
        }
        boolean gone = false;
        try {
            if (applied) {
                store.free(slot.name());
            } else {
                store.drop(slot.name());
            }
            gone = true;
        } finally {
            synchronized (this) {
                slot.state = State.OVER;
                slot.holdsRoom = !gone;
                notifyAll();
            }
        }
    }

    private boolean restFitsBeside(Slot failed) {
        long kept =
                order.stream()
                        .filter(slot -> slot.state == State.OVER && slot.holdsRoom)
                        .mapToLong(Slot::size)
                        .sum();
        long largest =
                order.stream()
                        .filter(slot -> slot.state == State.WAITING)
                        .mapToLong(Slot::size)
                        .max()
                        .orElse(0);
        return kept + (failed.holdsRoom ? 0 : failed.size()) + largest <= plan.budget().bytes();
    }

    private void stageAll() {
        try {
            for (var slot : List.copyOf(order)) {
                if (roomFor(slot)) {
                    stage(slot);
                }
            }
        } catch (InterruptedException e) {
            // close() asked for it: the run ends, nobody waits any more.
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            failRest(LodeException.bug("staging broke", e));
        }
    }

    /// Waits for room and takes it; false when the item is not to be staged any more.
    private synchronized boolean roomFor(Slot slot) throws InterruptedException {
        while (slot.state == State.WAITING) {
            if (held(slot, false) + slot.size() <= plan.budget().bytes()) {
                slot.state = State.FETCHING;
                slot.holdsRoom = true;
                return true;
            }
            if (held(slot, true) + slot.size() > plan.budget().bytes()) {
                listener.on(
                        new RunEvent.Note(
                                false,
                                slot.name()
                                        + ": its room is taken by files that are loaded later;"
                                        + " streaming it instead"));
                slot.state = State.STREAMED;
                notifyAll();
                return false;
            }
            wait();
        }
        return false;
    }

    /// Bytes that others hold.
    ///
    /// @param stays only of those that will not give them up before `slot` is loaded
    private long held(Slot slot, boolean stays) {
        int place = order.indexOf(slot);
        long sum = 0;
        for (int i = 0; i < order.size(); i++) {
            var other = order.get(i);
            boolean counts =
                    other != slot
                            && other.holdsRoom
                            && (!stays || i > place || other.state == State.OVER);
            sum += counts ? other.size() : 0;
        }
        return sum;
    }

    private void stage(Slot slot) throws InterruptedException {
        try {
            var outcome = fetch.of(List.of(slot.part.item())).outcomes().getFirst();
            switch (outcome) {
                case FetchReport.Fetched(var entry, _) -> arrived(slot, entry);
                case FetchReport.Present(var entry) -> arrived(slot, entry);
                case FetchReport.Failed(_, var error) -> failed(slot, error);
            }
        } catch (LodeException e) {
            if (e.kind() == ErrorKind.RESOURCE && DiskTrouble.isFull(e)) {
                streamRest(slot, e);
            } else {
                failed(slot, e);
            }
        }
    }

    private void arrived(Slot slot, ManifestEntry entry) {
        if (!StoredFiles.isOf(entry, slot.part.fingerprint())) {
            store.drop(slot.name());
            failed(
                    slot,
                    LodeException.remote(
                            slot.name()
                                    + ": was replaced by another version after it was listed;"
                                    + " nothing of it was loaded now; run the same command again to"
                                    + " take the new version"));
            return;
        }
        synchronized (this) {
            slot.entry = entry;
            // Dismissed while it was under way: the file is of no further use.
            if (slot.state == State.FETCHING) {
                slot.state = State.READY;
                notifyAll();
                return;
            }
        }
        store.free(slot.name());
        release(slot);
    }

    private synchronized void release(Slot slot) {
        slot.holdsRoom = false;
        notifyAll();
    }

    private synchronized void failed(Slot slot, LodeException error) {
        slot.error = error;
        slot.holdsRoom = false;
        slot.state = slot.state == State.OVER ? State.OVER : State.FAILED;
        notifyAll();
    }

    /// Something else took the room: no more files; those that are whole stay until they are
    /// loaded.
    private void streamRest(Slot slot, LodeException full) {
        var names = new ArrayList<String>();
        synchronized (this) {
            for (var other : order) {
                if (other == slot || other.state == State.WAITING) {
                    names.add(other.name());
                }
            }
        }
        fetch.forget(names);
        listener.on(
                new RunEvent.Note(
                        true,
                        full.getMessage()
                                + "; streaming the remaining "
                                + Count.of(names.size(), "item")
                                + " instead, nothing more is staged"));
        synchronized (this) {
            for (var other : order) {
                if (other == slot || other.state == State.WAITING) {
                    other.holdsRoom = false;
                    other.state = other.state == State.OVER ? State.OVER : State.STREAMED;
                }
            }
            notifyAll();
        }
    }

    private synchronized void failRest(LodeException error) {
        for (var slot : order) {
            if (slot.state == State.WAITING || slot.state == State.FETCHING) {
                slot.error = error;
                slot.state = State.FAILED;
            }
        }
        notifyAll();
    }

    /// Ends staging; waits until the thread has let go of the store. What arrived stays.
    @Override
    public void close() {
        var thread = stager;
        if (thread == null) {
            return;
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

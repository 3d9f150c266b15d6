package dev.lode.engine.load;

/// Lets the batches of an item pass one after another, in the order of the file. Thread safe.
final class Turns {
    private long next;
    private boolean over;

    /// Waits until all before it have passed.
    ///
    /// @return false when none may pass any more
    synchronized boolean await(long place) throws InterruptedException {
        while (!over && next != place) {
            wait();
        }
        return !over;
    }

    /// It is the next one's turn.
    synchronized void passed(long place) {
        next = place + 1;
        notifyAll();
    }

    /// Nobody passes any more: one before them failed, or the run stops.
    synchronized void end() {
        over = true;
        notifyAll();
    }
}

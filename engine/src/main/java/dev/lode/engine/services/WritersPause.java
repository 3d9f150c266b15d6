package dev.lode.engine.services;

import dev.lode.core.LodeException;

/// Keeps other writers away while rows are loaded. One instance for one run.
public interface WritersPause {
    /// Touches nothing, and so cannot vouch for anybody.
    WritersPause NONE =
            new WritersPause() {
                @Override
                public boolean begin(long run) {
                    return false;
                }

                @Override
                public boolean confirmed() {
                    return false;
                }

                @Override
                public void end() {}
            };

    /// Stops those that run now. Call it when nothing stands against the load any more: the
    /// database answers, the pre-flight found no mistake, the lease is held.
    ///
    /// @param run number of the run in the ledger
    /// @return whether any is down now that may be missed
    /// @throws LodeException of kind RESOURCE when one of them cannot be stopped; call [#end] then
    ///   too
    boolean begin(long run) throws InterruptedException;

    /// Asks, now, whether none of the declared services runs; one that came back is stopped again.
    /// False where nothing is declared, where one could not be kept down, and where nobody can be
    /// asked: others may write then.
    boolean confirmed() throws InterruptedException;

    /// Starts again exactly those that [#begin] stopped, also after it failed. Never throws: what
    /// could not be started stays journaled and is told through the run's events. An interrupt is
    /// kept for the caller. Idempotent.
    void end();
}

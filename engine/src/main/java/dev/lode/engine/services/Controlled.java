package dev.lode.engine.services;

import dev.lode.core.LodeException;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/// A declared group that can be asked, stopped and started. Every call runs a command and is
/// bounded in time.
sealed interface Controlled permits ComposeServices, CommandServices {
    /// What messages call the group.
    String name();

    /// All services of the group, in the order of their declaration.
    List<String> declared();

    /// Checks once what would make the other calls useless: programs, folders, names.
    ///
    /// @throws LodeException of kind RESOURCE or USAGE, with what to do
    void check() throws InterruptedException;

    /// Those of the declared that run now, or are about to.
    Set<String> alive() throws InterruptedException;

    /// Those of the declared that run now.
    Set<String> running() throws InterruptedException;

    /// Stops them and waits until they have.
    void stop(Collection<String> services) throws InterruptedException;

    /// Starts them; whether they run is to be asked.
    void start(Collection<String> services) throws InterruptedException;

    /// What a person types to start them.
    String byHand(Collection<String> services);
}

/// The ledger of files that are taken in as they arrive.
///
/// How a file is loaded once, by however many watchers, and moved only when it is:
/// 1. A watcher has a number ([Watcher]); its heart beats on a connection of its own.
/// 2. Before a file is read, a claim is committed: this version of this key, at this place, is in
///    the hands of that watcher, for the so many-th time ([IntakeSession#claim]).
/// 3. The transaction that loads the file holds the watcher's row first, and marks the file as
///    loaded last ([IntakeSession#guard]). It commits durably.
/// 4. Only then the file is moved, and that is noted.
/// 5. Of a watcher that is dead or silent the others end the connections, wait until these are
///    gone, and end its number; from then on none of its transactions can commit. Files that were
///    claimed are free again, with a death to their name; those that were loaded are moved by
///    whoever takes them over ([Watcher#takeOver]).
@NullMarked
package dev.lode.postgres.intake;

import org.jspecify.annotations.NullMarked;

/// Files that appear at a place are loaded once and moved away: `lode watch`.
///
/// [Watch] runs the loop. A [Lookout] lists the incoming place and puts what is new into the
/// [Intray]; [Hand]s take groups out of it, claim them in the ledger, read, load, and let a [Stow]
/// move them. [dev.lode.postgres.intake] tells how the ledger keeps several watchers apart.
@NullMarked
package dev.lode.engine.intake;

import org.jspecify.annotations.NullMarked;

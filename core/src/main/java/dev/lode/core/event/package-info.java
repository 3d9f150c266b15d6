/// What happens in a run, told at stage borders to whoever listens: a progress bar, log lines,
/// JSON, the ledger.
@NullMarked
package dev.lode.core.event;

import org.jspecify.annotations.NullMarked;

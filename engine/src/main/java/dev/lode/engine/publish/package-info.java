/// Publishes a dataset: from the pack's declarations and the database to generations of bulk files.
@NullMarked
package dev.lode.engine.publish;

import org.jspecify.annotations.NullMarked;

/// Copies of what is in the database, made before something that a person may want to take back.
@NullMarked
package dev.lode.engine.backup;

import org.jspecify.annotations.NullMarked;

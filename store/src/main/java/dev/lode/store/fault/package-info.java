/// Disks that fail, for tests of what must survive that.
@NullMarked
package dev.lode.store.fault;

import org.jspecify.annotations.NullMarked;

/// A `docker` for tests, which needs no daemon.
@NullMarked
package dev.lode.testkit.services;

import org.jspecify.annotations.NullMarked;

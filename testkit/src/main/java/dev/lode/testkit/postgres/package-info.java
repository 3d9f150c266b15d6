/// Real PostgreSQL for tests: one server per JVM and version, a database of its own for each test.
@NullMarked
package dev.lode.testkit.postgres;

import org.jspecify.annotations.NullMarked;

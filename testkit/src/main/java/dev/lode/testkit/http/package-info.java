/// Faults between a client and an HTTP server.
@NullMarked
package dev.lode.testkit.http;

import org.jspecify.annotations.NullMarked;

/// Tables on standard output: aligned for people, CSV, or JSON lines for programs.
@NullMarked
package dev.lode.cli.output;

import org.jspecify.annotations.NullMarked;

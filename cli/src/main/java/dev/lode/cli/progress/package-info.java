/// What a run shows while it works: lines that move on a terminal, lines that stay elsewhere, JSON
/// for programs.
@NullMarked
package dev.lode.cli.progress;

import org.jspecify.annotations.NullMarked;

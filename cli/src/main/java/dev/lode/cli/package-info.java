@NullMarked
package dev.lode.cli;

import org.jspecify.annotations.NullMarked;

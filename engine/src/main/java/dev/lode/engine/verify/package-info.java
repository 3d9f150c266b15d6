/// What is in the tables after a load, held against what was read.
@NullMarked
package dev.lode.engine.verify;

import org.jspecify.annotations.NullMarked;

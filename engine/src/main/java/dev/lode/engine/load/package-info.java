/// Items into tables: each cut into splits, each split one transaction, several items at once.
@NullMarked
package dev.lode.engine.load;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.lode.testkit;

import org.jspecify.annotations.NullMarked;

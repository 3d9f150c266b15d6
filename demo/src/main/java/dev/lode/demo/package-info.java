@NullMarked
package dev.lode.demo;

import org.jspecify.annotations.NullMarked;

/// The rules of the house, each with a canary that must be caught.
@NullMarked
package dev.lode.house;

import org.jspecify.annotations.NullMarked;

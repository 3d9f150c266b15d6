@NullMarked
package dev.lode.engine.doctor;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.lode.engine.services;

import org.jspecify.annotations.NullMarked;

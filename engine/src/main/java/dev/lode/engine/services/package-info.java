/// Services that are stopped while rows are loaded and started again afterwards, whatever happens
/// in between.
@NullMarked
package dev.lode.engine.services;

import org.jspecify.annotations.NullMarked;

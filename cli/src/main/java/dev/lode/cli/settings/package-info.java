/// Settings: flag, environment, `.env`, `lode.yaml`, default, in this order.
@NullMarked
package dev.lode.cli.settings;

import org.jspecify.annotations.NullMarked;

/// Where bytes come from. A [dev.lode.source.Source] lists items and reads byte ranges of one exact
/// version of them; each kind lives in a child package named after itself. Nothing here tries
/// twice: [dev.lode.source.Retry] does, around it.
@NullMarked
package dev.lode.source;

import org.jspecify.annotations.NullMarked;

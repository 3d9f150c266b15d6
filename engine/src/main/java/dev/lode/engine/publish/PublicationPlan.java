package dev.lode.engine.publish;

import dev.lode.core.ByteSize;

import java.util.Optional;

/// What publishing would do to one publication.
///
/// @param why what is known of changes, for people
/// @param archives that may be rebuilt, the one of all included; nothing where that is not known
/// @param disk room that the new archives may need before old ones go; nothing where it is not
///   known
public record PublicationPlan(
        String name, String why, Optional<Integer> archives, Optional<ByteSize> disk) {}

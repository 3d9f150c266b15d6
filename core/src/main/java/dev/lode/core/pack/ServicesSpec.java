package dev.lode.core.pack;

import java.util.List;

/// Services that are in the way of a load: they write to the same database, or need the machine.
///
/// @param groups stopped in this order, started again in the reverse one
public record ServicesSpec(List<ServiceGroup> groups) {
    /// No service is touched.
    public static final ServicesSpec NONE = new ServicesSpec(List.of());

    public ServicesSpec {
        groups = List.copyOf(groups);
    }
}

package dev.lode.core.canary;

import org.jspecify.annotations.Nullable;

/// Hides what it needs.
public final class HasAFieldInjected {
    @Inject private @Nullable Object hidden;

    /// What was injected.
    public @Nullable Object hidden() {
        return hidden;
    }

    /// Stands for the annotation of any framework.
    @interface Inject {}
}

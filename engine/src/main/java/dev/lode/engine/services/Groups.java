package dev.lode.engine.services;

import dev.lode.core.pack.ServiceGroup;
import dev.lode.core.pack.ServicesSpec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes declared groups into ones that can be handled.
final class Groups {
    private Groups() {}

    /// A group and what handles it.
    record Handled(ServiceGroup group, Controlled control) {}

    /// Those of a declaration, with absolute folders; without the optional ones whose folder is not
    /// on this machine.
    static List<Handled> of(ServicesSpec spec, ServiceSettings settings) {
        var handled = new ArrayList<Handled>();
        for (var group : spec.groups()) {
            switch (group) {
                case ServiceGroup.Compose compose -> {
                    Path folder =
                            settings.composeFolder()
                                    .orElseGet(() -> settings.here().resolve(compose.folder()))
                                    .toAbsolutePath()
                                    .normalize();
                    boolean passedOver =
                            compose.optional()
                                    && settings.composeFolder().isEmpty()
                                    && !Files.isDirectory(folder);
                    if (!passedOver) {
                        handled.add(handled(compose.in(folder.toString()), settings));
                    }
                }
                case ServiceGroup.Commands commands -> handled.add(handled(commands, settings));
            }
        }
        return handled;
    }

    /// What a journal holds.
    static Handled of(ServiceJournal.Stopped stopped, ServiceSettings settings) {
        return handled(
                stopped.group(),
                new ServiceSettings(
                        Path.of(stopped.folder()),
                        settings.composeFolder(),
                        settings.docker(),
                        settings.limit(),
                        settings.startLimit(),
                        settings.every(),
                        settings.returns()));
    }

    private static Handled handled(ServiceGroup group, ServiceSettings settings) {
        return new Handled(
                group,
                switch (group) {
                    case ServiceGroup.Compose compose -> new ComposeServices(compose, settings);
                    case ServiceGroup.Commands commands -> new CommandServices(commands, settings);
                });
    }
}

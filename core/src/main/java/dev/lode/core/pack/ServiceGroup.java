package dev.lode.core.pack;

import java.util.List;
import java.util.Optional;

/// Services that are stopped and started by the same means.
public sealed interface ServiceGroup {
    /// Names of environment variables that the group's commands see although they look like secrets
    /// of Lode's: a compose file may need them.
    List<String> environment();

    /// Services of a docker compose project.
    ///
    /// @param folder where the compose file lies
    /// @param project the project's name where compose would not find it by itself
    /// @param files compose files, where they are not the folder's own
    /// @param services that are stopped if they run
    /// @param optional whether the group is passed over on a machine without that folder
    record Compose(
            String folder,
            Optional<String> project,
            List<String> files,
            List<String> services,
            List<String> environment,
            boolean optional)
            implements ServiceGroup {
        public Compose {
            files = List.copyOf(files);
            services = List.copyOf(services);
            environment = List.copyOf(environment);
        }

        /// The same, in another folder.
        public Compose in(String other) {
            return new Compose(other, project, files, services, environment, false);
        }
    }

    /// One service that three commands handle; each is a program and its words, without a shell.
    ///
    /// @param name what messages call it
    /// @param running ends with 0 while the service runs, with 1 or 3 while it does not; everything
    ///   else is an error
    record Commands(
            String name,
            List<String> stop,
            List<String> start,
            List<String> running,
            List<String> environment)
            implements ServiceGroup {
        public Commands {
            stop = List.copyOf(stop);
            start = List.copyOf(start);
            running = List.copyOf(running);
            environment = List.copyOf(environment);
        }
    }
}

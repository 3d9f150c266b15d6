package dev.lode.engine.services;

import dev.lode.core.pack.ServiceGroup;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/// A service that three commands of the user handle.
final class CommandServices implements Controlled {
    private final ServiceGroup.Commands group;
    private final ServiceCommand command;

    CommandServices(ServiceGroup.Commands group, ServiceSettings settings) {
        this.group = group;
        this.command = new ServiceCommand(settings.here(), group.environment(), settings.limit());
    }

    @Override
    public String name() {
        return "service \"" + group.name() + "\"";
    }

    @Override
    public List<String> declared() {
        return List.of(group.name());
    }

    /// Asking whether it runs is all that can be tried without touching it.
    @Override
    public void check() throws InterruptedException {
        running();
    }

    @Override
    public Set<String> alive() throws InterruptedException {
        return running();
    }

    /// 1 is what `pgrep` and `grep` say when they find nothing, 3 what `systemctl is-active` and
    /// init scripts say of a service that does not run.
    @Override
    public Set<String> running() throws InterruptedException {
        var result = command.run(group.running());
        return switch (result.exit()) {
            case 0 -> Set.of(group.name());
            case 1, 3 -> Set.of();
            default -> throw command.failed(group.running(), result);
        };
    }

    @Override
    public void stop(Collection<String> services) throws InterruptedException {
        if (!services.isEmpty()) {
            command.succeed(group.stop());
        }
    }

    @Override
    public void start(Collection<String> services) throws InterruptedException {
        if (!services.isEmpty()) {
            command.succeed(group.start());
        }
    }

    @Override
    public String byHand(Collection<String> services) {
        return ServiceCommand.shell(group.start());
    }
}

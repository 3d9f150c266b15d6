package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who PostgreSQL runs as. It refuses to run as root, so root lends it an account that owns nothing
/// but the data folder.
sealed interface RunAs {
    /// The command line that runs `program` as this account, in the same process (it execs, so the
    /// process id stays).
    List<String> command(List<String> program);

    /// The user that calls is not root: nothing to change.
    record Myself() implements RunAs {
        @Override
        public List<String> command(List<String> program) {
            return program;
        }
    }

    /// Another account, without groups and without a way back.
    record Account(Path setpriv, int uid, int gid) implements RunAs {
        @Override
        public List<String> command(List<String> program) {
            return joined(
                    List.of(
                            setpriv.toString(),
                            "--reuid=" + uid,
                            "--regid=" + gid,
                            "--clear-groups",
                            "--no-new-privs",
                            "--"),
                    program);
        }
    }

    /// Root in an empty user namespace: it looks unprivileged to itself and has lost root's
    /// capabilities, but still owns root's files. Only for folders that no other account can reach,
    /// such as those below `/root`.
    record Namespace(Path unshare) implements RunAs {
        @Override
        public List<String> command(List<String> program) {
            return joined(List.of(unshare.toString(), "--user", "--"), program);
        }
    }

    /// Who owns an existing data folder is who must run its server.
    ///
    /// @throws LodeException RESOURCE when this user cannot become that account
    static RunAs ownerOf(Path data) throws IOException {
        int owner = number(data, "unix:uid");
        int me = callingUser();
        if (me != 0) {
            if (owner != me) {
                throw LodeException.resource(
                        "\""
                                + data
                                + "\": belongs to user \""
                                + Files.getOwner(data)
                                + "\", Lode runs as \""
                                + System.getProperty("user.name")
                                + "\"; not started; run Lode as that user, or choose another data"
                                + " root");
            }
            return new Myself();
        }
        if (owner == 0) {
            return Command.find("unshare")
                    .<RunAs>map(Namespace::new)
                    .orElseThrow(() -> refusal(data));
        }
        int group = number(data, "unix:gid");
        return Command.find("setpriv")
                .<RunAs>map(tool -> new Account(tool, owner, group))
                .orElseThrow(() -> refusal(data));
    }

    /// Chooses for a data folder that is being made, and makes that account its owner: as root the
    /// user `postgres`, else `nobody`, where it can reach both the folder and the programs; else a
    /// user namespace.
    ///
    /// @throws LodeException RESOURCE when root can lend no account
    static RunAs choose(Path fresh, Path bin) throws IOException {
        if (callingUser() != 0) {
            return new Myself();
        }
        for (String name : List.of("postgres", "nobody")) {
            Optional<RunAs> account = account(name, fresh);
            if (account.isPresent() && reaches(account.get(), fresh, bin)) {
                return account.get();
            }
        }
        own(fresh, "root", 0);
        return Command.find("unshare")
                .<RunAs>map(Namespace::new)
                .filter(namespace -> reaches(namespace, fresh, bin))
                .orElseThrow(() -> refusal(fresh));
    }

    private static Optional<RunAs> account(String name, Path fresh) throws IOException {
        Optional<Path> setpriv = Command.find("setpriv");
        Optional<Path> id = Command.find("id");
        if (setpriv.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        var group =
                Command.run(
                        List.of(id.get().toString(), "-g", name), fresh, Duration.ofSeconds(10));
        if (!group.succeeded()) {
            return Optional.empty();
        }
        int gid = Integer.parseInt(group.output());
        return own(fresh, name, gid)
                ? Optional.of(new Account(setpriv.get(), number(fresh, "unix:uid"), gid))
                : Optional.empty();
    }

    private static boolean own(Path path, String user, int gid) throws IOException {
        try {
            var lookup = path.getFileSystem().getUserPrincipalLookupService();
            Files.setOwner(path, lookup.lookupPrincipalByName(user));
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        }
    }

    /// Gives `path` the owner and group of `data`; only root can, and only root needs to.
    static void alike(Path path, Path data) throws IOException {
        if (callingUser() == 0) {
            Files.setOwner(path, Files.getOwner(data));
            var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
            view.setGroup(
                    Files.getFileAttributeView(data, PosixFileAttributeView.class)
                            .readAttributes()
                            .group());
        }
    }

    private static boolean reaches(RunAs account, Path fresh, Path bin) {
        String test =
                "test -x \"$0/postgres\" && test -r \"$0/postgres\" && test -w \"$1\" && test -x"
                        + " \"$1\"";
        var probe =
                account.command(List.of("/bin/sh", "-c", test, bin.toString(), fresh.toString()));
        return Command.run(probe, Path.of("/"), Duration.ofSeconds(10)).succeeded();
    }

    private static LodeException refusal(Path folder) {
        return LodeException.resource(
                "\""
                        + folder
                        + "\": PostgreSQL does not run as root, and root could lend it no account:"
                        + " neither \"postgres\" nor \"nobody\" can enter the folder (or the"
                        + " program setpriv is missing), and user namespaces are not allowed here;"
                        + " not started; choose a data root that others may enter (chmod o+x on the"
                        + " folders above it), run Lode as a normal user, or set DATABASE_URL to"
                        + " use a server of your own");
    }

    private static int callingUser() throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            return number(self, "unix:uid");
        }
        return "root".equals(System.getProperty("user.name"))
                ? 0
                : number(Path.of(System.getProperty("user.home")), "unix:uid");
    }

    private static int number(Path path, String attribute) throws IOException {
        return (Integer) Files.getAttribute(path, attribute);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}

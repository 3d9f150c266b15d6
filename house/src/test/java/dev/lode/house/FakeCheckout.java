package dev.lode.house;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A checkout with the real launcher, a `mvnw` that only makes the files which a build makes, and
/// JDKs that only write down how they were called. Everything lies in a folder whose name has a
/// blank.
final class FakeCheckout {
    private static final List<String> TOOLS =
            List.of(
                    "cat",
                    "cp",
                    "dirname",
                    "find",
                    "flock",
                    "grep",
                    "head",
                    "ln",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sed",
                    "sh",
                    "sleep",
                    "tail",
                    "touch");

    private static final String MAVEN =
            """
            #!/bin/sh
            cd "$(dirname "$0")"
            echo build >> builds
            [ ! -f slow-build ] || { echo $$ > maven.pid; exec sleep 60; }
            if [ -f broken ]; then
                echo '[INFO] Scanning for projects...'
                echo '[ERROR] Broken.java:[1,1] this is no Java'
                exit 1
            fi
            rm -rf cli/target/dist
            mkdir -p cli/target/dist/lib cli/target/dist/lib-demo
            for jar in b-1.jar a-1.jar C-1.jar picocli-4.jar; do echo jar > cli/target/dist/lib/$jar; done
            echo jar > cli/target/dist/lib-demo/demo-1.jar
            cp lode cli/target/dist/lode
            echo built > cli/target/dist/build.txt
            """;

    private static final String JAVA =
            """
            #!/bin/sh
            for word in "$@"; do
                case $word in
                -XX:AOTCacheOutput=*)
                    echo rehearsal >> "$FAKE_CALLS"
                    [ -z "${FAKE_AOT_PID:-}" ] || { echo $$ > "$FAKE_AOT_PID"; exec sleep 60; }
                    [ -n "${FAKE_NO_AOT:-}" ] || echo cache > "${word#*=}"
                    exit "${FAKE_AOT_EXIT:-0}"
                    ;;
                esac
            done
            {
                echo "java ${0%/bin/java}"
                echo "pid $$"
                for word in "$@"; do echo "word $word"; done
            } >> "$FAKE_CALLS"
            case " $* " in *" sync "*) [ ! -p "$FAKE_GATE" ] || read line < "$FAKE_GATE" ;; esac
            """;

    private final Path folder;
    private final Path root;
    private final Map<String, String> environment = new HashMap<>();

    FakeCheckout(Path folder) throws IOException {
        this.folder = folder;
        this.root = Files.createDirectories(folder.resolve("a checkout"));
        Files.copy(
                Checkout.root().resolve("lode"),
                root.resolve("lode"),
                StandardCopyOption.COPY_ATTRIBUTES);
        script(root.resolve("mvnw"), MAVEN);
        source("pom.xml");
        source("core/pom.xml");
        source("core/src/main/java/A.java");
        source("core/src/main/java/B.java");
        source("core/src/test/java/ATest.java");
        source("cli/pom.xml");
        environment.put("HOME", Files.createDirectories(folder.resolve("home")).toString());
        environment.put("PATH", tools().toString());
        environment.put("JAVA_HOME", jdk("jdk-25", "25.0.3").toString());
        environment.put("FAKE_CALLS", calls().toString());
        environment.put("FAKE_GATE", gate().toString());
    }

    /// What a launcher said and how it ended.
    record Outcome(int exitCode, String stdout, String stderr) {}

    Path root() {
        return root;
    }

    Path gate() {
        return folder.resolve("gate");
    }

    /// A JDK of that version in a folder of that name, with what its `release` file says.
    Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        script(home.resolve("bin/java"), JAVA);
        script(home.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"N/A\"\nJAVA_RUNTIME_VERSION=\"%s+9\"\nJAVA_VERSION=\"%s\"\n"
                        .formatted(version, version));
        return home;
    }

    /// The folder that is the whole PATH: no java in it.
    Path tools() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            for (String place : System.getenv("PATH").split(":", -1)) {
                Path program = Path.of(place, tool);
                if (Files.isExecutable(program) && !Files.exists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), program);
                }
            }
        }
        return bin;
    }

    FakeCheckout with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    FakeCheckout without(String variable) {
        environment.remove(variable);
        return this;
    }

    /// Writes a file of the checkout as if it were edited at that moment; a moment in the past is
    /// older than any build.
    void source(String name) throws IOException {
        edited(name, Instant.EPOCH);
    }

    void edited(String name, Instant when) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "text");
        Files.setLastModifiedTime(file, FileTime.from(when));
        Path path = Path.of(name);
        for (int depth = path.getNameCount() - 1; depth > 0; depth--) {
            Files.setLastModifiedTime(root.resolve(path.subpath(0, depth)), FileTime.from(when));
        }
    }

    Outcome lode(String... words) throws Exception {
        return run(start(folder, root.resolve("lode"), words));
    }

    /// Starts the launcher from this folder, under this name.
    Process start(Path from, Path launcher, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// Waits for the end, a minute at most.
    static Outcome run(Process process) throws Exception {
        process.getOutputStream().close();
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("the launcher does not end: " + stdout + stderr);
        }
        return new Outcome(process.exitValue(), stdout, stderr);
    }

    /// How often Maven was called.
    int builds() throws IOException {
        return lines(root.resolve("builds")).size();
    }

    /// How often the cache for quick starts was made, or tried.
    long rehearsals() throws IOException {
        return lines(calls()).stream().filter("rehearsal"::equals).count();
    }

    /// The words of the last Java process.
    List<String> words() throws IOException {
        List<String> lines = lines(calls());
        return last(lines, "java ").stream()
                .filter(line -> line.startsWith("word "))
                .map(line -> line.substring("word ".length()))
                .toList();
    }

    /// The JDK of the last Java process.
    Path java() throws IOException {
        return Path.of(last(lines(calls()), "java ").getFirst().substring("java ".length()));
    }

    /// The process id of the last Java process.
    long pid() throws IOException {
        return Long.parseLong(last(lines(calls()), "java ").get(1).substring("pid ".length()));
    }

    /// The class path of the last Java process, without folders.
    List<String> jars() throws IOException {
        List<String> words = words();
        return Stream.of(words.get(words.indexOf("-cp") + 1).split(":"))
                .map(jar -> jar.substring(jar.lastIndexOf('/') + 1))
                .toList();
    }

    private Path calls() {
        return folder.resolve("calls");
    }

    private static List<String> last(List<String> lines, String start) {
        for (int begin = lines.size() - 1; begin >= 0; begin--) {
            if (lines.get(begin).startsWith(start)) {
                return lines.subList(begin, lines.size());
            }
        }
        return List.of();
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

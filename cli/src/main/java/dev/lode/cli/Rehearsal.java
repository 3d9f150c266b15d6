package dev.lode.cli;

import dev.lode.core.LodeException;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/// What the launcher runs once to teach the JVM which classes a start needs (JEP 514). It shows
/// every help to nobody, asks for a status where no server is, links the classes that nearly every
/// verb uses, practises what a load spends its time with, and loads made-up files into a server of
/// its own where one can run. It changes nothing outside of the folder of the property
/// `lode.stage`, where it may leave files. Measured on JDK 25: a query through JDBC starts in half
/// of the time.
public final class Rehearsal {
    private static final Pattern OFTEN_USED =
            Pattern.compile(
                    "(lode-|postgresql-|jackson-(core|databind|annotations)-|snakeyaml-engine-)"
                            + ".*\\.jar");

    /// Nothing listens there: the driver comes as far as it can without a server.
    private static final String NOBODY = "--database-url=postgresql://nobody@127.0.0.1:1/nothing";

    private static final String CLASS = ".class";

    private Rehearsal() {}

    /// Runs the rehearsal; the JVM writes its cache when the process ends.
    public static void main(String[] args) {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        run(nobody, "--help");
        run(nobody, "--version");
        run(nobody, "datasets");
        for (Verb verb : Verb.all()) {
            run(nobody, verb.name(), "--help");
        }
        run(nobody, "status", NOBODY);
        run(nobody, "status", "--json", NOBODY);
        for (String entry :
                List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))) {
            File jar = new File(entry);
            if (OFTEN_USED.matcher(jar.getName()).matches()) {
                link(jar);
            }
        }
        try {
            Practice.run();
            perform(nobody);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // As every command ends, and not by returning: the way out has classes, too.
        System.exit(0);
    }

    /// Where no server can run, starts are a little slower.
    private static void perform(PrintWriter nobody) {
        String stage = System.getProperty("lode.stage");
        if (stage == null) {
            return;
        }
        try {
            System.out.println(
                    "commands ended with " + new DressRehearsal(Path.of(stage), nobody).run());
        } catch (IOException | LodeException e) {
            System.out.println("without a server: " + e.getMessage());
        }
    }

    private static void run(PrintWriter nobody, String... words) {
        new Lode(Verb.all(), nobody, nobody).run(List.of(words));
    }

    private static void link(File jar) {
        try (JarFile file = new JarFile(jar)) {
            file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(CLASS) && !name.contains("-"))
                    .map(
                            name ->
                                    name.substring(0, name.length() - CLASS.length())
                                            .replace('/', '.'))
                    .forEach(Rehearsal::link);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Asking for the methods links a class without running its initialiser. Libraries hold classes
    /// for neighbours that are not there; those cannot be linked and are not needed.
    private static int link(String name) {
        try {
            return Class.forName(name, false, Rehearsal.class.getClassLoader())
                    .getDeclaredMethods()
                    .length;
        } catch (ClassNotFoundException | LinkageError missingNeighbour) {
            return 0;
        }
    }
}

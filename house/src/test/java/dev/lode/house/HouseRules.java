package dev.lode.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;

import dev.lode.cli.canary.NamedImpl;
import dev.lode.core.canary.AsksTheClock;
import dev.lode.core.canary.CallsTheEngine;
import dev.lode.core.canary.EndsTheProcess;
import dev.lode.core.canary.HasAFieldInjected;
import dev.lode.core.canary.OpensForWriting;
import dev.lode.core.canary.PrintsToTheTerminal;
import dev.lode.core.canary.RollsDice;
import dev.lode.core.canary.SpeaksSql;
import dev.lode.core.canary.WritesAFile;
import dev.lode.core.canary.notmarked.LivesInAnUnmarkedPackage;
import dev.lode.engine.canary.CallsTheCommandLine;

import org.jspecify.annotations.NullMarked;

import java.io.File;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// What Maven's modules cannot say. Where a rule has exceptions, they are listed here with their
/// reason.
final class HouseRules {
    private static final String CONSTRUCTOR = "<init>";

    private HouseRules() {}

    /// Classes outside of the clock's modules that may read the clock or roll dice, each with its
    /// reason.
    private static final Map<String, String> CLOCK_AND_DICE_BY_EXCEPTION =
            Map.of(
                    "dev.lode.embedded.Cluster", "the server's password has to be beyond guessing",
                    "dev.lode.source.Retry",
                            "waits are spread at random; tests hand their generator in",
                    "dev.lode.store.UnfinishedFiles",
                            "no two processes of any machine may give a file one name");

    private static final List<String> MAY_SPEAK_SQL = List.of("postgres", "embedded", "testkit");
    private static final List<String> MAY_WRITE_FILES =
            List.of("store", "embedded", "demo", "testkit");
    private static final List<String> MAY_USE_THE_TERMINAL = List.of("cli");
    private static final List<String> MAY_END_A_PROCESS = List.of("cli", "testkit");
    private static final List<String> MAY_ASK_THE_CLOCK = List.of("cli", "testkit");

    /// The classes that a rule names as its exceptions.
    static Set<String> exceptions() {
        return CLOCK_AND_DICE_BY_EXCEPTION.keySet();
    }

    /// All rules.
    static List<HouseRule> all() {
        return List.of(
                new HouseRule(
                        "modules depend downwards only",
                        direction(),
                        List.of(CallsTheEngine.class, CallsTheCommandLine.class)),
                new HouseRule("java.sql is for " + MAY_SPEAK_SQL, sql(), List.of(SpeaksSql.class)),
                new HouseRule(
                        "files are written by " + MAY_WRITE_FILES,
                        fileWriting(),
                        List.of(WritesAFile.class, OpensForWriting.class)),
                new HouseRule(
                        "the terminal belongs to " + MAY_USE_THE_TERMINAL,
                        terminal(),
                        List.of(PrintsToTheTerminal.class)),
                new HouseRule(
                        "processes are ended by " + MAY_END_A_PROCESS,
                        exit(),
                        List.of(EndsTheProcess.class)),
                new HouseRule(
                        "the wall clock and randomness are handed in, except in "
                                + MAY_ASK_THE_CLOCK,
                        clockAndDice(),
                        List.of(AsksTheClock.class, RollsDice.class)),
                new HouseRule("names say what a thing is", names(), List.of(NamedImpl.class)),
                new HouseRule(
                        "dependencies come through constructors",
                        injection(),
                        List.of(HasAFieldInjected.class)),
                new HouseRule(
                        "null is declared", nullMarked(), List.of(LivesInAnUnmarkedPackage.class)));
    }

    private static ArchRule direction() {
        return Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("core")
                .definedBy(in("core"))
                .layer("format")
                .definedBy(in("format"))
                .layer("parquet")
                .definedBy(in("parquet"))
                .layer("source")
                .definedBy(in("source"))
                .layer("store")
                .definedBy(in("store"))
                .layer("embedded")
                .definedBy(in("embedded"))
                .layer("demo")
                .definedBy(in("demo"))
                .layer("publish")
                .definedBy(in("publish"))
                .layer("postgres")
                .definedBy(in("postgres"))
                .layer("engine")
                .definedBy(in("engine"))
                .layer("cli")
                .definedBy(in("cli"))
                .layer("testkit")
                .definedBy(in("testkit"))
                .whereLayer("core")
                .mayNotAccessAnyLayer()
                .whereLayer("format")
                .mayOnlyAccessLayers("core")
                .whereLayer("parquet")
                .mayOnlyAccessLayers("core", "format")
                .whereLayer("source")
                .mayOnlyAccessLayers("core")
                .whereLayer("store")
                .mayOnlyAccessLayers("core")
                .whereLayer("embedded")
                .mayOnlyAccessLayers("core")
                .whereLayer("demo")
                .mayOnlyAccessLayers("core", "format")
                .whereLayer("publish")
                .mayOnlyAccessLayers("core", "format", "source", "store")
                .whereLayer("postgres")
                .mayOnlyAccessLayers("core", "format")
                .whereLayer("engine")
                .mayOnlyAccessLayers("core", "format", "source", "store", "publish", "postgres")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("testkit")
                .mayNotBeAccessedByAnyLayer();
    }

    private static ArchRule sql() {
        return noClasses()
                .that(areOutside(MAY_SPEAK_SQL))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..");
    }

    /// Opening for reading is free; what writes needs one of these methods, constructors or
    /// options.
    private static ArchRule fileWriting() {
        return noClasses()
                .that(areOutside(MAY_WRITE_FILES))
                .should(
                        touch(
                                "write to the file system",
                                named(
                                        Files.class,
                                        "(create|set).*|copy|move|delete(IfExists)?|newBufferedWriter|newOutputStream|write(String)?"),
                                named(
                                        File.class,
                                        "createNewFile|createTempFile|delete(OnExit)?|mkdirs?|renameTo"),
                                named(FileOutputStream.class, CONSTRUCTOR),
                                named(FileWriter.class, CONSTRUCTOR),
                                named(RandomAccessFile.class, CONSTRUCTOR),
                                named(StandardOpenOption.class, "[A-Z_]+").and(not("READ"))));
    }

    private static ArchRule terminal() {
        return noClasses()
                .that(areOutside(MAY_USE_THE_TERMINAL))
                .should(
                        touch(
                                "use the terminal",
                                named(System.class, "(in|out|err|console|setIn|setOut|setErr)")));
    }

    private static ArchRule exit() {
        return noClasses()
                .that(areOutside(MAY_END_A_PROCESS))
                .should(
                        touch(
                                "end the process",
                                named(System.class, "exit"),
                                named(Runtime.class, "exit|halt")));
    }

    /// `System.nanoTime` is free: it measures, and says nothing about the date.
    private static ArchRule clockAndDice() {
        return noClasses()
                .that(areOutside(MAY_ASK_THE_CLOCK))
                .and(
                        DescribedPredicate.describe(
                                "have no exception",
                                (JavaClass type) ->
                                        !CLOCK_AND_DICE_BY_EXCEPTION.containsKey(
                                                outermost(type).getName())))
                .should(
                        touch(
                                "read the clock or roll dice",
                                named(System.class, "currentTimeMillis"),
                                named(Instant.class, "now"),
                                named(LocalDate.class, "now"),
                                named(LocalDateTime.class, "now"),
                                named(OffsetDateTime.class, "now"),
                                named(ZonedDateTime.class, "now"),
                                named(Clock.class, "system.*|tick.*"),
                                named(InstantSource.class, "system"),
                                named(Date.class, CONSTRUCTOR).and(HouseRules::hasNoParameters),
                                named(Math.class, "random"),
                                named(UUID.class, "randomUUID"),
                                named(ThreadLocalRandom.class, "current"),
                                named(RandomGenerator.class, "of|getDefault"),
                                named(Random.class, CONSTRUCTOR).and(HouseRules::hasNoParameters),
                                named(SecureRandom.class, CONSTRUCTOR)));
    }

    private static ArchRule names() {
        return noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl)")
                .as("no class should be called a util, helper, manager or impl");
    }

    private static ArchRule injection() {
        Set<String> annotations = Set.of("Autowired", "Inject", "Resource", "Value");
        return fields().should(
                        new ArchCondition<JavaField>("not be injected") {
                            @Override
                            public void check(JavaField field, ConditionEvents events) {
                                for (JavaAnnotation<JavaField> annotation :
                                        field.getAnnotations()) {
                                    if (annotations.contains(
                                            annotation.getRawType().getSimpleName())) {
                                        events.add(
                                                SimpleConditionEvent.violated(
                                                        field,
                                                        field.getDescription() + " is injected"));
                                    }
                                }
                            }
                        });
    }

    private static ArchRule nullMarked() {
        return classes()
                .should(
                        new ArchCondition<JavaClass>("be in a package that is @NullMarked") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                                    events.add(
                                            SimpleConditionEvent.violated(
                                                    type,
                                                    type.getDescription()
                                                            + " is in a package without @NullMarked"
                                                            + " package-info.java"));
                                }
                            }
                        });
    }

    private static String in(String module) {
        return "dev.lode." + module + "..";
    }

    private static DescribedPredicate<JavaClass> areOutside(List<String> modules) {
        Pattern inside =
                Pattern.compile("dev\\.lode\\.(" + String.join("|", modules) + ")(\\..*)?");
        return DescribedPredicate.describe(
                "are outside of " + modules,
                type -> !inside.matcher(type.getPackageName()).matches());
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(HouseRules::outermost).orElse(type);
    }

    @SafeVarargs
    private static ArchCondition<JavaClass> touch(
            String what, Predicate<AccessTarget>... forbidden) {
        return new ArchCondition<>(what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    boolean touches =
                            List.of(forbidden).stream()
                                    .anyMatch(one -> one.test(access.getTarget()));
                    events.add(new SimpleConditionEvent(access, touches, access.getDescription()));
                }
            }
        };
    }

    private static Predicate<AccessTarget> named(Class<?> owner, String pattern) {
        Pattern names = Pattern.compile(pattern);
        return target ->
                target.getOwner().isEquivalentTo(owner)
                        && names.matcher(target.getName()).matches();
    }

    private static Predicate<AccessTarget> not(String name) {
        return target -> !target.getName().equals(name);
    }

    private static boolean hasNoParameters(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget code
                && code.getRawParameterTypes().isEmpty();
    }
}

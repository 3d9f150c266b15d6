package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HouseRulesTest {
    private JavaClasses production = new ClassFileImporter().importClasses();

    @BeforeAll
    void readProduction() {
        production =
                new ClassFileImporter()
                        .withImportOption(
                                (Location location) -> !location.contains("/test-classes/"))
                        .importPackages("dev.lode");
    }

    static List<HouseRule> rules() {
        return HouseRules.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void productionKeepsTheRule(HouseRule rule) {
        rule.rule().check(production);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyCanaryIsReported(HouseRule rule) {
        for (Class<?> canary : rule.canaries()) {
            JavaClasses one = new ClassFileImporter().importClasses(canary);

            assertThat(rule.rule().evaluate(one).getFailureReport().getDetails())
                    .as("what '%s' says about %s", rule, canary.getSimpleName())
                    .isNotEmpty();
        }
    }

    @Test
    void everyExceptionIsAClassThatExists() {
        assertThat(HouseRules.exceptions()).allMatch(production::contain);
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(
                        List.of(
                                "core",
                                "format",
                                "source",
                                "store",
                                "embedded",
                                "demo",
                                "publish",
                                "postgres",
                                "engine",
                                "cli",
                                "testkit"))
                .allMatch(module -> production.containPackage("dev.lode." + module));
    }
}

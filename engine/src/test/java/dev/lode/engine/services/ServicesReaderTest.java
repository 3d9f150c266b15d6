package dev.lode.engine.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.pack.PackReader;
import dev.lode.core.pack.ServiceGroup;
import dev.lode.core.pack.ServicesSpec;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class ServicesReaderTest {
    @Test
    void groupsAreReadInTheirOrder() {
        assertThat(
                        read(
                                """
                                services:
                                  stop-while-loading:
                                    - docker-compose: docker/x
                                      project: p
                                      file: [a.yaml, b.yaml]
                                      services: [web, worker]
                                      environment: DATABASE_URL
                                      optional: true
                                    - stop: [systemctl, stop, web]
                                      start: [systemctl, start, web]
                                      running: [systemctl, is-active, web]
                                """))
                .isEqualTo(
                        new ServicesSpec(
                                List.of(
                                        new ServiceGroup.Compose(
                                                "docker/x",
                                                Optional.of("p"),
                                                List.of("a.yaml", "b.yaml"),
                                                List.of("web", "worker"),
                                                List.of("DATABASE_URL"),
                                                true),
                                        new ServiceGroup.Commands(
                                                "systemctl stop web",
                                                List.of("systemctl", "stop", "web"),
                                                List.of("systemctl", "start", "web"),
                                                List.of("systemctl", "is-active", "web"),
                                                List.of()))));
    }

    @Test
    void oneGroupNeedsNoList() {
        var spec = read("services: {stop-while-loading: {docker-compose: d, services: [web]}}\n");

        assertThat(spec.groups()).hasSize(1);
    }

    @Test
    void allMistakesAreReportedWithTheirLines() {
        assertThatThrownBy(
                        () ->
                                read(
                                        """
                                        services:
                                          stop-while-loading:
                                            - docker-compose: d
                                              servces: [web]
                                            - stop: systemctl stop web
                                              start: [systemctl, start, web]
                                            - name: nothing
                                        """))
                .message()
                .satisfies(
                        text ->
                                assertThat(text.replace("services.stop-while-loading.", "").lines())
                                        .extracting(line -> line.replaceFirst("pack 'x' line ", ""))
                                        .extracting(
                                                line -> line.replaceFirst("(, | is one ).*", ""))
                                        .containsExactly(
                                                "7: services: expected the names of the services to"
                                                        + " stop",
                                                "8: unknown key 'servces'; did you mean"
                                                        + " 'services'?",
                                                "9: stop: \"systemctl stop web\"",
                                                "9: running: expected a program and its words",
                                                "11: docker-compose: expected a folder here"));
    }

    private static ServicesSpec read(String services) {
        return PackReader.parse(
                        Path.of("x"), "dataset: x\n#\ntables:\n  t: { item: t }\n" + services)
                .services();
    }
}
